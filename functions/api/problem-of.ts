import { Problem } from '../http/problem.ts';
import { Rejected, Throttled, Unavailable } from '../platform/errors.ts';

const RETRY_AFTER_SECONDS = 5; // the table comes back by itself, mostly at once

/**
 * What a site is told when something failed that is not its own mistake: `Throttled` is a matter of time,
 * `Rejected` is the CRM's own no, `Unavailable` its failure, and AWS may refuse as well. Other errors stay
 * faults of ours.
 */
export function problemOf(error: unknown): unknown {
  if (error instanceof Throttled) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return notNow("The CRM's limit leaves no room now: ask again later.", seconds);
  }
  if (error instanceof Unavailable) return new Problem(502, `${error.message}. Ask again.`);
  if (error instanceof Rejected) return new Problem(502, `The CRM refused: ${error.message}`);
  if (isOfAws(error)) return notNow('The table or a queue did not answer: ask again.', RETRY_AFTER_SECONDS);
  return error;
}

const notNow = (message: string, seconds: number): Problem =>
  new Problem(503, message, { headers: { 'retry-after': String(seconds) } });

/** Whether the AWS SDK threw it; it notes there how often it tried. */
const isOfAws = (error: unknown): boolean => error instanceof Error && '$metadata' in error;
