import { randomUUID } from 'node:crypto';
import type { FunctionOptions } from '../../local/function.ts';
import { FunctionEnvironment } from '../../local/function-environment.ts';

/** One environment of a function, called directly and timed. */
export type Alone = {
  environment: FunctionEnvironment;
  /** From the start of the process until its module is loaded. */
  readyMs: number;
  /** @returns what the handler answered, and how long it took */
  invoke(event: string): Promise<{ answer: unknown; ms: number }>;
  end(): Promise<void>;
};

/**
 * Starts one environment of a function, without the pool that the local cloud has.
 * @throws where it does not load; `invoke` throws where the handler does
 */
export async function startAlone(options: FunctionOptions): Promise<Alone> {
  const started = performance.now();
  const environment = new FunctionEnvironment(options);
  const failure = await environment.ready();
  const readyMs = performance.now() - started;
  const end = async (): Promise<void> => {
    environment.kill();
    await environment.closed;
  };
  if (failure) {
    await end();
    throw new Error(`${options.bundle} does not load: ${failure.errorMessage}`);
  }
  const { functionName, arn, memoryMegabytes, timeoutSeconds } = options;
  const context = {
    functionName,
    invokedFunctionArn: arn,
    memoryLimitInMB: String(memoryMegabytes),
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: String(environment.pid),
  };
  return {
    environment,
    readyMs,
    async invoke(event) {
      const invoked = performance.now();
      const result = await environment.invoke(
        event,
        { ...context, awsRequestId: randomUUID() },
        timeoutSeconds,
      );
      const ms = performance.now() - invoked;
      if ('error' in result) throw new Error(`${options.bundle}: ${result.error.errorMessage}`);
      return { answer: JSON.parse(result.payload), ms };
    },
    end,
  };
}
