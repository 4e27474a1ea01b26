import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import {
  type Environment,
  type EnvironmentOptions,
  FunctionEnvironment,
  type InvocationResult,
} from './function-environment.ts';
import type { LambdaError } from './runtime/protocol.ts';

/**
 * How many environments a function may have when nothing in the template says so. Lambda has no such limit;
 * here more of them than processors only get in each other's way, and a single one would let a slow invocation
 * hold up the others.
 */
export const DEFAULT_CONCURRENCY = Math.max(2, availableParallelism());

export interface FunctionOptions extends EnvironmentOptions {
  /** Name by which people call it: its construct's. */
  name: string;
  functionName: string;
  arn: string;
  timeoutSeconds: number;
  /** At most so many invocations at once; further ones wait. */
  concurrency: number;
  /** Starts an environment in another way than as a process. */
  startEnvironment?: StartEnvironment | undefined;
}

/** Starts an environment of a function; undefined for a process, as it is by default. */
export type StartEnvironment = (options: FunctionOptions) => Environment | undefined;

const STOPPED: LambdaError = {
  errorType: 'Local.Stopped',
  errorMessage: 'the local cloud has stopped',
  trace: [],
};

/** Thrown by `invoke` when the function failed, crashed or ran out of time. */
class FunctionError extends Error {
  readonly errorType: string;

  constructor(functionName: string, { errorType, errorMessage }: LambdaError) {
    super(`${functionName}: ${errorType}: ${errorMessage}`);
    this.errorType = errorType;
  }
}

/** A Lambda function of the template: a pool of environments that grows with the load and is kept warm. */
export class LambdaFunction {
  readonly #options: FunctionOptions;
  readonly #environments = new Set<Environment>();
  readonly #closing = new Set<Promise<void>>();
  readonly #idle: Environment[] = [];
  /** Those whose code a deployment has replaced while they were at work. */
  readonly #outdated = new Set<Environment>();
  readonly #waiting: ((environment: Environment | undefined) => void)[] = [];
  #starting = 0;
  #stopped = false;

  constructor(options: FunctionOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** The name that AWS knows it by, such as latchkey-local-receive. */
  get functionName(): string {
    return this.#options.functionName;
  }

  /** Its memory setting. */
  get memoryMegabytes(): number {
    return this.#options.memoryMegabytes;
  }

  /** Process ids of the environments that are alive. */
  get pids(): number[] {
    return [...this.#environments].flatMap((environment) => environment.pid ?? []);
  }

  /** Invocations that wait for an environment to be free, or to start. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** At least so many environments from now on, for a function that feeds on batches side by side. */
  allowConcurrency(atLeast: number): void {
    this.#options.concurrency = Math.max(this.#options.concurrency, atLeast);
  }

  /**
   * Invokes the function and waits for its answer.
   * @param event anything that JSON can hold
   * @returns the handler's answer, through JSON as on Lambda
   * @throws FunctionError when the function threw, crashed or timed out
   */
  async invoke(event: unknown): Promise<unknown> {
    const result = await this.run(JSON.stringify(event ?? null));
    if ('error' in result) throw new FunctionError(this.#options.functionName, result.error);
    return JSON.parse(result.payload);
  }

  /** Like `invoke`, but takes and gives JSON text, and an error is a result. Never rejects. */
  async run(event: string): Promise<InvocationResult> {
    const environment = await this.#acquire();
    if (!environment) return { error: STOPPED };
    const { timeoutSeconds, functionName, arn, memoryMegabytes } = this.#options;
    const initError = await environment.ready();
    const awsRequestId = randomUUID();
    const result = initError
      ? { error: initError }
      : await environment.invoke(
          event,
          {
            awsRequestId,
            functionName,
            invokedFunctionArn: arn,
            memoryLimitInMB: String(memoryMegabytes),
            logGroupName: `/aws/lambda/${functionName}`,
            logStreamName: String(environment.pid),
          },
          timeoutSeconds,
        );
    if (initError) environment.kill();
    // What Lambda itself says about an invocation; what the handler threw, its runner has written.
    if ('error' in result && result.error.trace.length === 0) this.#options.onLine(result.error.errorMessage);
    this.#release(environment);
    return result;
  }

  /**
   * Loads environments ahead of the first invocation, like provisioned concurrency.
   * @param count how many; no more than the function's concurrency
   */
  async warm(count = 1): Promise<void> {
    const limit = Math.min(count, this.#options.concurrency);
    while (this.#alive().length < limit) this.#idle.push(this.#start());
    await Promise.all(this.#alive().map((environment) => environment.ready()));
  }

  /**
   * Kills environments as a crash would: what they were doing stays half done, their invocations fail.
   * @param pid one of `pids`; all of them when left out
   * @returns the process ids that were killed
   */
  kill(pid?: number): number[] {
    const victims = [...this.#environments].filter((each) => pid === undefined || each.pid === pid);
    for (const victim of victims) victim.kill();
    return victims.flatMap((victim) => victim.pid ?? []);
  }

  /**
   * Takes other code, as a deployment does: invocations go to new environments, and an environment that is at work
   * ends with the code that it began with.
   * @param bundle file: URL of the bundle
   * @returns when no environment has the code of before
   */
  async deploy(bundle: string): Promise<void> {
    this.#options.bundle = bundle;
    for (const environment of this.#environments) this.#outdated.add(environment);
    for (const environment of this.#idle.splice(0)) environment.kill();
    await Promise.all([...this.#outdated].map(({ closed }) => closed));
  }

  /** Ends every process and waits until their last lines are read. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const next of this.#waiting.splice(0)) next(undefined);
    this.kill();
    await Promise.all(this.#closing);
  }

  /** One that was killed counts no more, though its last lines may yet be read. */
  #alive(): Environment[] {
    return [...this.#environments].filter((environment) => environment.alive);
  }

  #start(): Environment {
    const options = this.#options;
    const environment = options.startEnvironment?.(options) ?? new FunctionEnvironment(options);
    this.#environments.add(environment);
    const closed = environment.closed.then(() => {
      this.#environments.delete(environment);
      this.#outdated.delete(environment);
      this.#closing.delete(closed);
    });
    this.#closing.add(closed);
    return environment;
  }

  /** The environment that is free first: an idle one, one that just finished, or a new one. */
  async #acquire(): Promise<Environment | undefined> {
    if (this.#stopped) return undefined;
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) if (idle.alive) return idle;
    const { promise, resolve } = Promise.withResolvers<Environment | undefined>();
    this.#waiting.push(resolve);
    this.#grow();
    return promise;
  }

  /** Starts environments while more invocations wait than environments are on their way. */
  #grow(): void {
    if (this.#stopped) return;
    const room = this.#options.concurrency - this.#alive().length;
    const missing = Math.min(this.#waiting.length - this.#starting, room);
    for (let count = 0; count < missing; count++) {
      this.#starting++;
      const environment = this.#start();
      void environment.ready().then(() => {
        this.#starting--;
        // One that failed to load is handed on all the same: the invocation that waits reports why.
        this.#hand(environment);
      });
    }
  }

  #release(environment: Environment): void {
    if (environment.alive) this.#hand(environment);
    else this.#grow();
  }

  #hand(environment: Environment): void {
    if (this.#outdated.has(environment)) {
      environment.kill();
      this.#grow();
      return;
    }
    const next = this.#waiting.shift();
    if (next) next(environment);
    else if (environment.alive) this.#idle.push(environment);
  }
}
