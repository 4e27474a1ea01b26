import { type NativeAttributeValue, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import {
  allPendingJobs,
  allPendingSiteEvents,
  contactPk,
  pendingJobs,
  pendingSiteEvents,
  siteEventKey,
  webhookKey,
  webhookSk,
} from './keys.ts';
import type { SiteEventRecord } from './site-events.ts';
import { inTable, queryAll, readItems, unlessConditionFails } from './table.ts';
import type { QueueName, WebhookId, WebhookRecord } from './webhooks.ts';

/**
 * The jobs of a contact on a queue that are not final, up to and including this webhook's, oldest first. An older one
 * stands here when its message was lost: it has to run first to keep the order.
 */
export const pendingUpTo = (webhook: WebhookId, queue: QueueName): Promise<WebhookRecord[]> =>
  pendingBetween(webhook, queue, webhookSk(webhook.id));

/**
 * The jobs of a contact on a queue that are not final, oldest first.
 * @param enough what is behind so many is left out, but for what came with them
 */
export const pendingOfContact = (
  webhook: Omit<WebhookId, 'id'>,
  queue: QueueName,
  enough: number,
): Promise<WebhookRecord[]> => pendingBetween(webhook, queue, webhookSk(LAST_ID), enough);

const LAST_ID = '~'; // sorts behind every id

const pendingBetween = (
  { site, contactId }: Omit<WebhookId, 'id'>,
  queue: QueueName,
  last: string,
  enough?: number,
): Promise<WebhookRecord[]> =>
  queryAll<WebhookRecord>(
    {
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      FilterExpression: '#state = :queued AND queue = :queue',
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: {
        ':pk': contactPk(site, contactId),
        ':first': webhookSk(''),
        ':last': last,
        ':queued': 'queued',
        ':queue': queue,
      },
    },
    enough,
  );

/** The jobs, of any shard, that should have been looked after before `before` (ISO time). */
export async function* overdueJobs(before: string): AsyncGenerator<WebhookRecord[]> {
  for (const shard of allPendingJobs) yield* indexed<WebhookRecord>(shard, before);
}

/** The events, of any shard, that should have been looked after before `before` (ISO time). */
export async function* overdueSiteEvents(before: string): AsyncGenerator<SiteEventRecord[]> {
  for (const shard of allPendingSiteEvents) yield* indexed<SiteEventRecord>(shard, before);
}

const PAGE = 100; // BatchGetItem takes 100 keys

async function* indexed<Item>(pendingKey: string, before: string): AsyncGenerator<Item[]> {
  let ExclusiveStartKey: Record<string, NativeAttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        ...inTable(),
        IndexName: 'pending',
        KeyConditionExpression: 'pendingKey = :key AND pendingAt < :before',
        ExpressionAttributeValues: { ':key': pendingKey, ':before': before },
        Limit: PAGE,
        ExclusiveStartKey,
      }),
    );
    const keys = (page.Items ?? []).map(({ pk, sk }) => ({ pk, sk }));
    if (keys.length > 0) yield (await readItems(keys)) as Item[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** Claims an overdue job for queueing it again; see {@link claim}. */
export const claimOverdueJob = (record: WebhookRecord, to: Claimed): Promise<boolean> =>
  claim(record, { Key: webhookKey(record), pendingKey: pendingJobs(record.id) }, to);

/** Claims an overdue event for queueing it again; see {@link claim}. */
export const claimOverdueSiteEvent = (record: SiteEventRecord, to: Claimed): Promise<boolean> =>
  claim(record, { Key: siteEventKey(record), pendingKey: pendingSiteEvents(record.id) }, to);

/** ISO time until which no other sweep takes it, and the times that a sweep has sent it by then. */
type Claimed = { until: string; sweeps: number };

/**
 * Claims something overdue.
 * @returns false where it got final, or was looked after, in the meantime
 */
async function claim(
  { pendingAt }: Pick<WebhookRecord, 'pendingAt'>,
  { Key, pendingKey }: { Key: Record<string, string>; pendingKey: string },
  { until, sweeps }: Claimed,
): Promise<boolean> {
  const claimed = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key,
        UpdateExpression: 'SET pendingKey = :key, pendingAt = :until, sweeps = :sweeps',
        // The index lags: what it says is overdue may have been claimed by another sweep a moment ago. Our own
        // claim, whose answer was lost, is found when the SDK repeats it.
        ConditionExpression:
          '#state = :queued AND ((pendingAt = :seen AND pendingAt <= :now) OR pendingAt = :until)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':key': pendingKey,
          ':queued': 'queued',
          ':seen': pendingAt,
          ':now': new Date().toISOString(),
          ':until': until,
          ':sweeps': sweeps,
        },
      }),
    ),
  );
  return claimed !== undefined;
}
