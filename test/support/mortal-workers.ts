import { AsyncLocalStorage } from 'node:async_hooks';

/** The life of a worker of this process. It dies when a test wants it to: its requests after that never happen. */
export type Life = {
  /** The request after which it dies, from 1; that one is carried out. Infinity to let it live. */
  diesAfter: number;
  /** Waits for its turn before each request, so that a test can interleave several workers. */
  turn?: () => Promise<unknown>;
};

/** What a worker throws when it has died. Whatever catches it can do nothing more. */
class Death extends Error {
  override name = 'Death';
}

const lives = new AsyncLocalStorage<Life & { left: number }>();

/** How a worker ended: its work done, dead on the way, or with an error of its own. */
export type End = 'done' | 'died' | { error: unknown };

/** Works as one worker. */
export async function asWorker(lived: Life, work: () => Promise<unknown>): Promise<End> {
  const life = { ...lived, left: lived.diesAfter };
  try {
    await lives.run(life, work);
  } catch (error) {
    return life.left <= 0 ? 'died' : { error };
  }
  return life.left <= 0 ? 'died' : 'done';
}

async function mortal<T>(request: () => Promise<T>): Promise<T> {
  const life = lives.getStore();
  if (!life) return request();
  await life.turn?.();
  if (life.left <= 0) throw new Death('the worker is dead');
  const answer = await request();
  if (--life.left <= 0) throw new Death('the worker died before the answer came');
  return answer;
}

/** Makes the requests of this process mortal: those of the AWS SDK and those to CRMs. */
export async function makeRequestsMortal(): Promise<void> {
  const { dynamo, sqs } = await import('../../functions/platform/aws.ts');
  dynamo.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });
  sqs.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });
  const { fetch } = globalThis;
  globalThis.fetch = (...args) => mortal(() => fetch(...args));
}
