import { logger } from '../platform/logger.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import type { Attempt } from './carry-out.ts';

/**
 * Writes the one log line of an attempt at a job, under the ids that the webhook's own line has.
 * @param counts numbers that belong to this attempt alone
 */
export function logAttempt(
  { id, site, command, contactId, attempts }: WebhookRecord,
  { verdict: { outcome, reason }, ms }: Attempt,
  counts: Record<string, number> = {},
): void {
  const webhook = { webhook: id, site, command, contact: contactId };
  logger.info('job', { ...webhook, attempt: attempts ?? 1, outcome, reason, ms, ...counts });
}
