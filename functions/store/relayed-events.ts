import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { relayedEventKey, webhookKey } from './keys.ts';
import { inTable, readItem, unlessConditionFails } from './table.ts';
import type { WebhookId } from './webhooks.ts';

/** When an event of this contact was handed on last: ISO time; undefined where that is long ago. */
export async function lastRelayedEvent({
  site,
  contactId,
}: Omit<WebhookId, 'id'>): Promise<string | undefined> {
  return (await readItem<{ at: string }>(relayedEventKey(site, contactId)))?.at;
}

/** Notes that an event of this contact is handed on now. @param keepSeconds how long anybody is going to ask */
export async function noteRelayedEvent(
  { site, contactId }: Omit<WebhookId, 'id'>,
  keepSeconds: number,
): Promise<void> {
  const now = new Date();
  const expiresAt = Math.ceil(now.getTime() / 1000) + keepSeconds;
  const Item = { ...relayedEventKey(site, contactId), at: now.toISOString(), expiresAt };
  await dynamo.send(new PutCommand({ ...inTable(), Item }));
}

/**
 * Puts a webhook off until `due` (ISO time) without a message: the sweep sends it then.
 * @returns false where it is final, or is being tried by somebody
 */
export async function parkUntil(webhook: WebhookId, due: string): Promise<boolean> {
  const parked = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: 'SET pendingAt = :due, dueAt = :due, reason = :reason REMOVE heldBy, heldUntil',
        // Whoever held it is dead where that time is over.
        ConditionExpression: '#state = :queued AND (attribute_not_exists(heldUntil) OR heldUntil < :now)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':due': due,
          ':now': new Date().toISOString(),
          ':reason': `waits until ${due}: the site wants some time between two events of a contact`,
        },
      }),
    ),
  );
  return parked !== undefined;
}
