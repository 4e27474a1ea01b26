import { setTimeout as wait } from 'node:timers/promises';

const MOST_TRIES = 10; // of one change, against others of the same thing
const FIRST_PAUSE_MS = 15;

/**
 * Makes a change that is decided on how things stand. Where others change them at the same moment, it is decided
 * again, after a moment with jitter.
 * @param what is changed, for the error
 * @param tryOnce decides and writes; undefined where others came in between
 */
export async function untilWritten<T>(what: string, tryOnce: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 1; ; tries++) {
    const done = await tryOnce();
    if (done !== undefined) return done;
    if (tries >= MOST_TRIES) throw new Error(`${what} is changed by too many at once`);
    await wait(FIRST_PAUSE_MS * tries * Math.random());
  }
}
