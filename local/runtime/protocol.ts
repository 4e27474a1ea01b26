/** What a cloud and the process of a function say to each other over IPC. Payloads travel as JSON text, as on Lambda. */

/** An error as Lambda's Invoke reports it. */
export interface LambdaError {
  errorType: string;
  errorMessage: string;
  trace: string[];
}

export interface InvocationContext {
  awsRequestId: string;
  functionName: string;
  invokedFunctionArn: string;
  memoryLimitInMB: string;
  logGroupName: string;
  logStreamName: string;
  /** When the time-out strikes, in milliseconds since 1970. */
  deadline: number;
}

export interface ToRunner {
  event: string;
  context: InvocationContext;
}

export type FromRunner =
  | { type: 'ready' }
  | { type: 'init-error'; error: LambdaError }
  | { type: 'answer'; payload: string }
  | { type: 'error'; error: LambdaError };

/** Milliseconds since 1970 as the machine has them: not by `Date`, which a function may be given another time of. */
export const wallClock = (): number => performance.timeOrigin + performance.now();
