import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type FromRunner, type InvocationContext, type LambdaError, wallClock } from './runtime/protocol.ts';

const RUNNER = fileURLToPath(new URL('./runtime/function-runner.ts', import.meta.url));

/** What Lambda's Invoke answers: the handler's answer as JSON text, or an error. */
export type InvocationResult = { payload: string } | { error: LambdaError };

export interface EnvironmentOptions {
  /** file: URL of the bundle and the export in it to call. */
  bundle: string;
  handler: string;
  memoryMegabytes: number;
  variables: Record<string, string>;
  /** Takes each line that the function writes. */
  onLine(line: string): void;
}

/** One that runs a function, whatever it is made of. */
export type Environment = Pick<FunctionEnvironment, 'pid' | 'alive' | 'closed' | 'ready' | 'invoke' | 'kill'>;

/** Lambda leaves part of the memory to what is not JavaScript's heap. */
const HEAP_SHARE = 0.9;

/**
 * One execution environment of a function: a process that is loaded once, kept warm, and runs one invocation
 * at a time. A time-out ends the process, as on Lambda; so does `kill()`, which stands for a crash.
 */
export class FunctionEnvironment {
  readonly #process: ChildProcess;
  readonly #ready: Promise<LambdaError | undefined>;
  /** Resolves when the process has ended and all that it wrote has been read. */
  readonly closed: Promise<void>;
  #answer: ((result: InvocationResult) => void) | undefined;
  #ended = false;

  constructor(options: EnvironmentOptions) {
    const heap = Math.floor(options.memoryMegabytes * HEAP_SHARE);
    this.#process = fork(RUNNER, [options.bundle, options.handler], {
      env: options.variables,
      execArgv: [`--max-old-space-size=${heap}`, '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
    });
    const { stdout, stderr } = this.#process;
    for (const input of [stdout, stderr]) if (input) createInterface({ input }).on('line', options.onLine);
    this.closed = once(this.#process, 'close').then(() => undefined);
    this.#ready = new Promise((resolve) => {
      this.#process.on('message', (message: FromRunner) => {
        if (message.type === 'ready') resolve(undefined);
        else if (message.type === 'init-error') resolve(message.error);
        else this.#settle(message.type === 'error' ? { error: message.error } : { payload: message.payload });
      });
      // Reported at once, whatever the invocation was doing: the next one gets a new environment.
      const end = (how: string): void => {
        this.#ended = true;
        const error = { errorType: 'Runtime.ExitError', errorMessage: `Runtime exited: ${how}`, trace: [] };
        resolve(error);
        this.#settle({ error });
      };
      this.#process.on('exit', (code, signal) => end(signal ? `signal ${signal}` : `exit status ${code}`));
      this.#process.on('error', (cause) => end(cause.message));
    });
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** False once the process has ended: nothing can be invoked any more. */
  get alive(): boolean {
    return !this.#ended;
  }

  /** Waits until the bundle is loaded; gives the error when it could not be. */
  ready(): Promise<LambdaError | undefined> {
    return this.#ready;
  }

  /**
   * Runs one invocation. Never rejects: an error of the function, a crash and a time-out are results.
   * @param event the event as JSON text
   * @param context what the handler's context tells
   * @param timeoutSeconds after which the process is killed
   */
  invoke(
    event: string,
    context: Omit<InvocationContext, 'deadline'>,
    timeoutSeconds: number,
  ): Promise<InvocationResult> {
    if (this.#ended) {
      return Promise.resolve({
        error: {
          errorType: 'Runtime.ExitError',
          errorMessage: 'Runtime exited between invocations',
          trace: [],
        },
      });
    }
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    const timer = setTimeout(() => {
      const errorMessage = `${context.awsRequestId} Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
      this.#settle({ error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] } });
      this.kill();
    }, timeoutSeconds * 1000);
    this.#answer = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    const deadline = wallClock() + timeoutSeconds * 1000;
    // A channel that broke shows itself by the exit of the process, which settles the invocation.
    this.#process.send({ event, context: { ...context, deadline } }, () => undefined);
    return promise;
  }

  /** Ends the process at once, in whatever it is doing. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): void {
    this.#ended = true;
    this.#process.kill(signal);
  }

  #settle(result: InvocationResult): void {
    const answer = this.#answer;
    this.#answer = undefined;
    answer?.(result);
  }
}
