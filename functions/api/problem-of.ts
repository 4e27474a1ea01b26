import { Problem } from '../http/problem.ts';
import { Rejected, Throttled, Unavailable } from '../platform/errors.ts';
import { NoSuchTeam, TeamRule } from '../teams/team-rule.ts';

const RETRY_AFTER_SECONDS = 5; // the table comes back by itself, mostly at once

/**
 * What a site is told when something was refused or failed: a rule of teams says no in its own words,
 * `Throttled` is a matter of time, any other `Rejected` is the CRM's own no, `Unavailable` its failure, and AWS
 * may refuse as well. Other errors stay faults of ours.
 */
export function problemOf(error: unknown): unknown {
  if (error instanceof TeamRule)
    return new Problem(error instanceof NoSuchTeam ? 404 : 409, sentence(error.message));
  if (error instanceof Throttled) {
    const seconds = Math.max(1, Math.ceil(error.retryAfterMs / 1000));
    return notNow("The CRM's limit leaves no room now: ask again later.", seconds);
  }
  if (error instanceof Unavailable) return new Problem(502, `${error.message}. Ask again.`);
  if (error instanceof Rejected) return new Problem(502, `The CRM refused: ${error.message}`);
  if (isOfAws(error)) return notNow('The table or a queue did not answer: ask again.', RETRY_AFTER_SECONDS);
  return error;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

const notNow = (message: string, seconds: number): Problem =>
  new Problem(503, message, { headers: { 'retry-after': String(seconds) } });

/** Whether the AWS SDK threw it; it notes there how often it tried. */
const isOfAws = (error: unknown): boolean => error instanceof Error && '$metadata' in error;
