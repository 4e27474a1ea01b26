import type { FunctionOptions, StartEnvironment } from '../../local/function.ts';
import type { Environment, InvocationResult } from '../../local/function-environment.ts';
import type { InvocationContext } from '../../local/runtime/protocol.ts';
import type { Handler } from './import-bundle.ts';

/** The functions that run from their source in this process, by name: mutation tests put faults into that. */
const FROM_SOURCE = (process.env.FUNCTIONS_FROM_SOURCE ?? '').split(',');

/** Whether a function runs from its source. */
export const runsFromSource = (name: string): boolean => FROM_SOURCE.includes(name);

/** The source of a function, instead of its bundle; with the test sites. It logs, as none of what tests import does. */
export async function importSource(name: string): Promise<{ handler: Handler }> {
  const { logger } = await import('../../functions/platform/logger.ts');
  logger.setLogLevel('INFO');
  return import(`../../functions/${name}.ts`);
}

/** Starts an environment of a function that runs from its source; others are processes of their own. */
export const startFromSource: StartEnvironment = (options) =>
  runsFromSource(options.name) ? new SourceEnvironment(options) : undefined;

/**
 * An environment that is this very process. All of them share one set of modules and the variables of the last that
 * was started, and none can be killed in what it is doing: no test of crashes can use it.
 */
class SourceEnvironment implements Environment {
  readonly pid = undefined;
  alive = true;
  readonly closed: Promise<void>;
  readonly #close: () => void;
  readonly #source: Promise<{ handler: Handler }>;

  constructor({ name, variables, onLine }: FunctionOptions) {
    Object.assign(process.env, variables);
    const giveBack = [process.stdout, process.stderr].map((stream) => takeLines(stream, onLine));
    this.#source = importSource(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    this.#close = () => {
      for (const each of giveBack) each();
      resolve();
    };
  }

  async ready(): Promise<undefined> {
    await this.#source;
  }

  async invoke(
    event: string,
    context: Omit<InvocationContext, 'deadline'>,
    timeoutSeconds: number,
  ): Promise<InvocationResult> {
    const end = Date.now() + timeoutSeconds * 1000;
    const getRemainingTimeInMillis = () => Math.max(0, end - Date.now());
    try {
      const { handler } = await this.#source;
      const answer = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
      return { payload: JSON.stringify(answer) ?? 'null' };
    } catch (cause) {
      const { name, message, stack = '' } = cause instanceof Error ? cause : new Error(String(cause));
      return { error: { errorType: name, errorMessage: message, trace: stack.split('\n') } };
    }
  }

  kill(): void {
    this.alive = false;
    this.#close();
  }
}

/** Takes what is written to a stream. @returns what gives it back */
function takeLines(stream: NodeJS.WriteStream, onLine: (line: string) => void): () => void {
  const { write } = stream;
  stream.write = (text: string | Uint8Array) => {
    for (const line of String(text).trimEnd().split('\n')) onLine(line);
    return true;
  };
  return () => {
    stream.write = write;
  };
}
