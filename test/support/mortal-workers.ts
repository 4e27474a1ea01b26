import { AsyncLocalStorage } from 'node:async_hooks';

/** The life of a worker of this process. It dies when a test wants it to: its requests after that never happen. */
export type Life = {
  /** The request after which it dies, from 1; that one is carried out. Infinity to let it live. */
  diesAfter: number;
  /** Waits for its turn before each request, so that a test can interleave several workers. */
  turn?: () => Promise<unknown>;
  /**
   * With it, the worker ends as a killed process does: it meets no error that it could catch, and nothing of it goes on.
   * Aborted by whatever kills it first, its n-th request or the test.
   */
  kill?: AbortController;
};

/** What a worker throws when it has died. Whatever catches it can do nothing more. */
class Death extends Error {
  override name = 'Death';
}

type Lived = Life & { left: number; number: number };

const lives = new AsyncLocalStorage<Lived>();
let begun = 0;

/** The life of the worker that asks, and which of this process' it is; undefined for who is no worker. */
export const ownLife = (): (Life & { number: number }) | undefined => lives.getStore();

/** How a worker ended: its work done, dead on the way, or with an error of its own. */
export type End = 'done' | 'died' | { error: unknown };

/** Works as one worker. */
export async function asWorker(lived: Life, work: () => Promise<unknown>): Promise<End> {
  const life = { ...lived, left: lived.diesAfter, number: ++begun };
  const killed = Promise.withResolvers<void>();
  life.kill?.signal.addEventListener('abort', () => killed.resolve());
  try {
    await Promise.race([lives.run(life, work), killed.promise]);
  } catch (error) {
    return isDead(life) ? 'died' : { error };
  }
  return isDead(life) ? 'died' : 'done';
}

const isDead = ({ left, kill }: Lived): boolean => left <= 0 || kill?.signal.aborted === true;

async function mortal<T>(request: () => Promise<T>): Promise<T> {
  const life = lives.getStore();
  if (!life) return request();
  await life.turn?.();
  if (isDead(life)) return end(life, 'the worker is dead');
  const answer = await request();
  life.left -= 1;
  return isDead(life) ? end(life, 'the worker died before the answer came') : answer;
}

function end({ kill }: Life, how: string): Promise<never> {
  if (!kill) throw new Death(how);
  kill.abort();
  return new Promise(() => {});
}

/** Makes the requests of this process mortal: those of the AWS SDK and those to CRMs. */
export async function makeRequestsMortal(): Promise<void> {
  const { dynamo, sqs } = await import('../../functions/platform/aws.ts');
  dynamo.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });
  sqs.middlewareStack.add((next) => (args) => mortal(() => next(args)), { step: 'initialize' });
  const { fetch } = globalThis;
  globalThis.fetch = (...args) => mortal(() => fetch(...args));
}
