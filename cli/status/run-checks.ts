import pMap from 'p-map';
import { reasonOf } from '../../functions/platform/errors.ts';
import { type Check, type Finding, trouble } from './check.ts';

/** A check and what it found. */
export type Result = { name: string } & Finding;

const AT_ONCE = 8; // more would keep each other from hearing an answer in time

/**
 * Runs checks side by side. None holds up or breaks another: one that fails, or takes too long, has found trouble.
 * @returns what they found, in the order of the checks
 */
export const runChecks = (checks: readonly Check[], timeoutMs: number): Promise<Result[]> =>
  pMap(checks, async (check) => ({ name: check.name, ...(await findingOf(check, timeoutMs)) }), {
    concurrency: AT_ONCE,
  });

const TODO = 'See whether it can be reached from here, and whether you may look at it.';

async function findingOf({ run, todo = TODO }: Check, timeoutMs: number): Promise<Finding> {
  const signal = AbortSignal.timeout(timeoutMs);
  const tooLate = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error(`no answer within ${timeoutMs / 1000} s`)));
  });
  try {
    return await Promise.race([run(signal), tooLate]);
  } catch (error) {
    return trouble(reasonOf(error), todo);
  }
}
