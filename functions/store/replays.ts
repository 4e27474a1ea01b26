import type { Webhook } from '../webhooks/webhook.ts';
import { webhookKey } from './keys.ts';
import { inTable, readItem, writeTogether } from './table.ts';
import { type NewRecord, recordPart, type WebhookId, type WebhookRecord } from './webhooks.ts';

/**
 * Records a webhook that stands in for one that failed or was rejected, together with the mark on that one, which
 * lets no other stand in for it. What the first kept for this goes over to the second.
 * @returns the id of the webhook that stands in for it: the new one, or that of an earlier replay
 * @throws where it is neither failed nor rejected any more
 */
export async function replayTogether(first: WebhookId, again: Webhook, start: NewRecord): Promise<string> {
  const mark = {
    ...inTable(),
    Key: webhookKey(first),
    UpdateExpression: 'SET replayedBy = :by REMOVE #plan, #request',
    ConditionExpression: 'attribute_not_exists(replayedBy) AND #state IN (:failed, :rejected)',
    ExpressionAttributeNames: { '#state': 'state', '#plan': 'plan', '#request': 'request' },
    ExpressionAttributeValues: { ':by': again.id, ':failed': 'failed', ':rejected': 'rejected' },
  };
  if (await writeTogether([{ Update: mark }, recordPart(again, start)])) return again.id;
  // Ours, whose answer was lost, or somebody else's.
  const { replayedBy } = (await readItem<WebhookRecord>(webhookKey(first))) ?? {};
  if (replayedBy === undefined) throw new Error(`${first.id} cannot be replayed any more: look at it again.`);
  return replayedBy;
}
