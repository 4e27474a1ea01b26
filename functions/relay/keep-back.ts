import type { Answer } from '../http/answer.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { recordWebhook } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';

/**
 * Records an event that the site wants kept back, so that its owner finds out why the plugin never saw it, and
 * answers its sender. Where it cannot be recorded, the log line alone tells.
 */
export async function keepBack(
  webhook: Webhook,
  reason: string,
  { site, signal, log }: { site: Site; signal: AbortSignal; log: Answer['log'] },
): Promise<Answer> {
  const { id, command, contactId: contact } = webhook;
  try {
    await recordWebhook(webhook, { state: 'filtered', reason, recordDays: site.recordDays }, signal);
  } catch (error) {
    logger.warn('kept back, not recorded', { webhook: id, reason: reasonOf(error) });
  }
  return {
    status: 200,
    body: { status: 'filtered', reason, webhook: id, command },
    log: { ...log, contact, outcome: 'filtered', reason },
  };
}
