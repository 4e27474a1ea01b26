import { siteById } from '../platform/sites.ts';
import { raiseFlag } from '../store/flags.ts';
import { type QueueName, recordWebhook } from '../store/webhooks.ts';
import { startOfRecord } from './record-start.ts';
import { raisesFlag, type Webhook } from './webhook.ts';

/**
 * Writes the record and the flag that could not be written when the webhook arrived; the flag first, so that
 * a crash in between leaves it up.
 */
export async function recordLate(webhook: Webhook, queue: QueueName | undefined): Promise<void> {
  const { site, contactId, receivedAt } = webhook;
  if (raisesFlag(contactId, queue)) await raiseFlag(site, contactId, receivedAt);
  await recordWebhook(webhook, startOfRecord(webhook, queue, siteById(site)));
}
