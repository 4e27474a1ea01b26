import { webhookKey } from './keys.ts';
import { inTable, writeTogether } from './table.ts';
import type { WebhookRecord } from './webhooks.ts';

/**
 * Ends webhooks that a later one of the same contact serves too, and counts them there, all of them or none.
 * @returns false where one of them is final, or is being tried by somebody: then nothing has happened
 */
export async function joinTogether(
  earlier: readonly WebhookRecord[],
  later: WebhookRecord,
): Promise<boolean> {
  const now = new Date().toISOString();
  const { joined = 0 } = later;
  const free = '#state = :queued AND (attribute_not_exists(heldUntil) OR heldUntil < :now)';
  const ends = earlier.map((record) => ({
    Update: {
      ...inTable(),
      Key: webhookKey(record),
      UpdateExpression: `SET #state = :applied, joinedTo = :later, reason = :reason, settledAt = :now
        REMOVE pendingKey, pendingAt, secrets, #request`,
      ConditionExpression: free,
      ExpressionAttributeNames: { '#state': 'state', '#request': 'request' },
      ExpressionAttributeValues: {
        ':queued': 'queued',
        ':now': now,
        ':applied': 'applied',
        ':later': later.id,
        ':reason': `${later.id}, a later update of this contact, brings this one too`,
      },
    },
  }));
  const count = {
    Update: {
      ...inTable(),
      Key: webhookKey(later),
      UpdateExpression: 'SET joined = :joined',
      ConditionExpression: `${free} AND ${joined === 0 ? 'attribute_not_exists(joined)' : 'joined = :before'}`,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':queued': 'queued',
        ':now': now,
        // What was joined to an earlier one moves on with it.
        ':joined': earlier.reduce((sum, record) => sum + 1 + (record.joined ?? 0), joined),
        ...(joined > 0 && { ':before': joined }),
      },
    },
  };
  return writeTogether([...ends, count]);
}
