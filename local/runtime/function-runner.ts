/**
 * Runs one Lambda function in a process of its own, as Lambda's runtime does: loads the bundle once, then
 * takes one invocation after the other over IPC. Started by ../function-environment.ts; the address of the
 * bundle and the name of its handler are the two arguments.
 */
import { randomBytes } from 'node:crypto';
import {
  type FromRunner,
  type InvocationContext,
  type LambdaError,
  type ToRunner,
  wallClock,
} from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const [bundle = '', handlerName = ''] = process.argv.slice(2);

// The owner is gone: a function must not outlive its cloud, not even after a SIGKILL of the owner.
process.on('disconnect', () => process.exit(0));

const send = (message: FromRunner): void => {
  process.send?.(message);
};

const toLambdaError = (cause: unknown): LambdaError =>
  cause instanceof Error
    ? { errorType: cause.name, errorMessage: cause.message, trace: cause.stack?.split('\n') ?? [] }
    : { errorType: typeof cause, errorMessage: String(cause), trace: [] };

/** Lambda's runtime writes what a handler throws to the log, in this form with JSON logging. */
const logError = (error: LambdaError, requestId: string): void => {
  const { errorType, errorMessage, trace: stackTrace } = error;
  const message = { errorType, errorMessage, stackTrace };
  console.error(JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', requestId, message }));
};

/** Lambda's context object: plain facts and the one function that tells how much time is left. */
const toContext = ({ deadline, ...facts }: InvocationContext): object => ({
  ...facts,
  functionVersion: '$LATEST',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - wallClock()),
});

/** Lambda tells each invocation the id of a trace, whether or not that is taken. */
const newTrace = (): string => {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
};

const invoke = async (handler: Handler, message: ToRunner): Promise<void> => {
  process.env._X_AMZN_TRACE_ID = newTrace();
  try {
    const answer = await handler(JSON.parse(message.event), toContext(message.context));
    send({ type: 'answer', payload: JSON.stringify(answer) ?? 'null' });
  } catch (cause) {
    const error = toLambdaError(cause);
    logError(error, message.context.awsRequestId);
    send({ type: 'error', error });
  }
};

try {
  const handler: unknown = (await import(bundle))[handlerName];
  if (typeof handler !== 'function') throw new Error(`${handlerName} is not exported by ${bundle}`);
  process.on('message', (message: ToRunner) => void invoke(handler as Handler, message));
  send({ type: 'ready' });
} catch (cause) {
  const error = toLambdaError(cause);
  logError(error, 'init');
  send({ type: 'init-error', error });
}
