import { Problem } from '../http/problem.ts';
import { Rejected, Throttled, Unavailable } from '../platform/errors.ts';

/**
 * What a site is told when the CRM could not do what it asked for: `Throttled` is a matter of time, `Rejected`
 * is the CRM's own no, `Unavailable` its failure. Other errors stay faults of ours.
 */
export function withoutCrm(error: unknown): unknown {
  if (error instanceof Throttled) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return new Problem(503, "The CRM's limit leaves no room now: ask again later.", {
      headers: { 'retry-after': String(seconds) },
    });
  }
  if (error instanceof Unavailable) return new Problem(502, `${error.message}. Ask again.`);
  if (error instanceof Rejected) return new Problem(502, `The CRM refused: ${error.message}`);
  return error;
}
