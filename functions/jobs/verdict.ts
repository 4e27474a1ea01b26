import { Rejected, reasonOf, Throttled } from '../platform/errors.ts';
import { backOffSeconds, MAX_ATTEMPTS } from './attempts.ts';

/** What becomes of a job after an attempt. */
export type Verdict =
  | { outcome: 'applied' | 'rejected' | 'failed'; reason: string }
  | { outcome: 'postponed'; reason: string; delaySeconds: number; attemptsThatCount: number };

/**
 * What an error means for its job; the one place that decides it. `Rejected` ends the job, `Throttled` costs no
 * attempt, anything else is tried again with back-off until the last attempt.
 * @param attempt which try failed, from 1
 */
export function judge(error: unknown, attempt: number): Verdict {
  const reason = reasonOf(error);
  if (error instanceof Rejected) return { outcome: 'rejected', reason: error.message };
  if (error instanceof Throttled) {
    const delaySeconds = Math.ceil(error.retryAfterMs / 1000);
    return { outcome: 'postponed', reason, delaySeconds, attemptsThatCount: attempt - 1 };
  }
  if (attempt >= MAX_ATTEMPTS) return gaveUp(reason);
  return { outcome: 'postponed', reason, delaySeconds: backOffSeconds(attempt), attemptsThatCount: attempt };
}

/** The verdict on a job whose attempts are used up. */
export function gaveUp(lastReason: string): Verdict {
  return { outcome: 'failed', reason: `gave up after ${MAX_ATTEMPTS} attempts; last: ${lastReason}` };
}
