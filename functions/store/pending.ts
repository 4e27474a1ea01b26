import {
  BatchGetCommand,
  type NativeAttributeValue,
  QueryCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { allPendingJobs, contactPk, PARKED, parkedJobs, pendingJobs, webhookKey, webhookSk } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';
import type { WebhookId, WebhookRecord } from './webhooks.ts';

/**
 * The jobs of a contact on operations.fifo that are not final, up to and including this webhook's, oldest
 * first. An older one stands here when its message was lost: it has to run first to keep the order.
 */
export async function pendingUpTo(webhook: WebhookId): Promise<WebhookRecord[]> {
  const found: WebhookRecord[] = [];
  let ExclusiveStartKey: Record<string, NativeAttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({
        ...inTable(),
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
        FilterExpression: '#state = :queued AND queue = :operations AND NOT begins_with(pendingKey, :parked)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':pk': contactPk(webhook.site, webhook.contactId),
          ':first': webhookSk(''),
          ':last': webhookSk(webhook.id),
          ':queued': 'queued',
          ':operations': 'operations',
          ':parked': PARKED,
        },
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    found.push(...((page.Items ?? []) as WebhookRecord[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

/** The jobs, of any shard, that should have been looked after before `before` (ISO time). */
export async function* overdueJobs(before: string): AsyncGenerator<WebhookRecord[]> {
  for (const shard of allPendingJobs) yield* indexedJobs(shard, before);
}

/** The jobs of a command that were parked before `before` (ISO time). */
export function jobsParkedFor(command: string, before: string): AsyncGenerator<WebhookRecord[]> {
  return indexedJobs(parkedJobs(command), before);
}

const PAGE = 100; // BatchGetItem takes 100 keys

async function* indexedJobs(pendingKey: string, before: string): AsyncGenerator<WebhookRecord[]> {
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
    if (keys.length > 0) yield (await readItems(keys)) as WebhookRecord[];
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
}

/** Reads up to 100 items by key, up to date, in no order; what does not exist is left out. */
export async function readItems(
  keys: Record<string, NativeAttributeValue>[],
): Promise<Record<string, NativeAttributeValue>[]> {
  const table = inTable().TableName;
  const items: Record<string, NativeAttributeValue>[] = [];
  let wanted = keys;
  while (wanted.length > 0) {
    const { Responses, UnprocessedKeys } = await dynamo.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
    );
    items.push(...(Responses?.[table] ?? []));
    wanted = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return items;
}

/**
 * Claims an overdue job for queueing it again.
 * @param until ISO time until which no other sweep takes it
 * @returns false where it got final, or was looked after, in the meantime
 */
export async function claimOverdue(record: WebhookRecord, until: string): Promise<boolean> {
  const claimed = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(record),
        UpdateExpression:
          'SET pendingKey = :key, pendingAt = :until, sweeps = if_not_exists(sweeps, :zero) + :one',
        ConditionExpression: '#state = :queued AND pendingAt = :seen',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':key': pendingJobs(record.id),
          ':queued': 'queued',
          ':seen': record.pendingAt,
          ':until': until,
          ':zero': 0,
          ':one': 1,
        },
      }),
    ),
  );
  return claimed !== undefined;
}

/**
 * Takes a job that this release cannot apply out of the pending ones, where it stays `queued` with the reason.
 * The sweep queues it again as soon as a release can apply it.
 */
export async function park(webhook: WebhookId & { command: string }, reason: string): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: 'SET pendingKey = :parked, reason = :reason',
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':parked': parkedJobs(webhook.command),
          ':reason': reason,
        },
      }),
    ),
  );
}
