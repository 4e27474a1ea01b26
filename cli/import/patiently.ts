import { setTimeout as wait } from 'node:timers/promises';
import { Rejected, Throttled } from '../../functions/platform/errors.ts';

const PAUSES_MS = [250, 1_000, 4_000];

/**
 * Does something that may be repeated, for as long as the CRM asks to wait, and a few times more where something
 * else failed that may pass.
 * @throws Rejected at once, and what the last try failed with
 */
export async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Throttled) {
        await wait(error.retryAfterMs);
        continue;
      }
      const pause = PAUSES_MS[failures++];
      if (error instanceof Rejected || pause === undefined) throw error;
      await wait(pause);
    }
  }
}
