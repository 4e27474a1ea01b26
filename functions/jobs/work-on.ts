import { siteById } from '../platform/sites.ts';
import { raiseFlag } from '../store/flags.ts';
import { pendingUpTo } from '../store/pending.ts';
import { recordWebhook } from '../store/webhooks.ts';
import { startOfRecord } from '../webhooks/record-start.ts';
import { MANY_CONTACTS, type Webhook } from '../webhooks/webhook.ts';
import { attemptJob, type Limits } from './attempt-job.ts';
import type { JobMessage } from './message.ts';

/**
 * Works on one message of operations.fifo. The records are the truth and the message is a nudge: jobs of the
 * same contact that came earlier and whose messages were lost run first, and a job that is final is left.
 * @throws ComeBack, or whatever DynamoDB failed with, where the message has to come back
 */
export async function workOn({ task, webhook, queue }: JobMessage, limits: Limits): Promise<void> {
  if (task === 'record') {
    await recordLate(webhook, queue);
    return;
  }
  let pending = await pendingUpTo(webhook);
  if (!pending.some(({ id }) => id === webhook.id)) {
    const wasMissing = await recordLate(webhook, 'operations');
    if (wasMissing) pending = await pendingUpTo(webhook);
  }
  for (const record of pending) await attemptJob(record, limits);
}

/**
 * Writes the record and the flag that could not be written when the webhook arrived.
 * @returns false where the record was there
 */
export async function recordLate(webhook: Webhook, queue: JobMessage['queue']): Promise<boolean> {
  if (webhook.contactId !== MANY_CONTACTS)
    await raiseFlag(webhook.site, webhook.contactId, webhook.receivedAt);
  return recordWebhook(webhook, startOfRecord(webhook, queue, siteById(webhook.site)));
}
