import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { flagKey, pendingMembers } from './keys.ts';
import { inTable, readItem, unlessConditionFails } from './table.ts';

/**
 * The needs-sync flag of a contact: a pair of counters, `requestedVersion` and `syncedVersion`. The flag is
 * up while the first is ahead of the second. It is an item of its own beside the member's data, so that
 * raising it costs one small write however much data the member has.
 */
export type Flag = { requestedVersion: number; syncedVersion: number };

/**
 * Raises the flag.
 * @param signal ends the call when the time for answering is over
 * @returns the version this request got
 */
export async function raiseFlag(
  site: string,
  contactId: string,
  now: string,
  signal?: AbortSignal,
): Promise<number> {
  const raised = await updateFlag(site, contactId, now, {}, signal);
  return raised.requestedVersion;
}

/**
 * Raises the flag for a batch sync and adds the webhook to those that wait for it.
 * @returns true where no other webhook of this contact was waiting: this one has to be queued
 */
export async function raiseFlagForBatch(
  webhook: { site: string; contactId: string; id: string; receivedAt: string },
  signal?: AbortSignal,
): Promise<boolean> {
  const raised = await updateFlag(
    webhook.site,
    webhook.contactId,
    webhook.receivedAt,
    { waiting: webhook.id },
    signal,
  );
  return raised.batchWaiting?.size === 1;
}

type RaisedFlag = { requestedVersion: number; batchWaiting?: Set<string> };

async function updateFlag(
  site: string,
  contactId: string,
  now: string,
  { waiting }: { waiting?: string },
  signal?: AbortSignal,
): Promise<RaisedFlag> {
  const add = waiting ? 'ADD requestedVersion :one, batchWaiting :waiting' : 'ADD requestedVersion :one';
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      ...inTable(),
      Key: flagKey(site, contactId),
      UpdateExpression: `SET pendingKey = :pending, pendingAt = if_not_exists(pendingAt, :now) ${add}`,
      ExpressionAttributeValues: {
        ':one': 1,
        ':now': now,
        ':pending': pendingMembers(site, contactId),
        ...(waiting && { ':waiting': new Set([waiting]) }),
      },
      ReturnValues: 'ALL_NEW',
    }),
    { abortSignal: signal },
  );
  return Attributes as RaisedFlag;
}

/** Reads the flag, up to date. A contact nobody ever asked about has both versions at 0. */
export async function readFlag(site: string, contactId: string): Promise<Flag> {
  const { requestedVersion = 0, syncedVersion = 0 } =
    (await readItem<Partial<Flag>>(flagKey(site, contactId))) ?? {};
  return { requestedVersion, syncedVersion };
}

/**
 * Begins a batch sync of a contact: empties the list of waiting webhooks and reads the flag, in one step, so
 * that a webhook that arrives later waits for a sync of its own.
 * @returns the flag, when it last came down ('' for never), and the webhooks that this sync will have served
 */
export async function takeBatchWaiting(
  site: string,
  contactId: string,
): Promise<Flag & { syncedAt: string; waiting: string[] }> {
  const { Attributes } = await dynamo.send(
    new UpdateCommand({
      ...inTable(),
      Key: flagKey(site, contactId),
      UpdateExpression: 'REMOVE batchWaiting',
      ReturnValues: 'ALL_OLD',
    }),
  );
  return {
    requestedVersion: Attributes?.requestedVersion ?? 0,
    syncedVersion: Attributes?.syncedVersion ?? 0,
    syncedAt: Attributes?.syncedAt ?? '',
    waiting: [...((Attributes?.batchWaiting as Set<string> | undefined) ?? [])],
  };
}

/**
 * Notes that a pull which began at `version` is stored. The flag comes down only if nothing was requested
 * since; a webhook that landed during the pull keeps it up.
 */
export async function lowerFlag(
  site: string,
  contactId: string,
  version: number,
  now: string,
): Promise<void> {
  const update = { ...inTable(), Key: flagKey(site, contactId) };
  const lowered = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...update,
        UpdateExpression: 'SET syncedVersion = :version, syncedAt = :now REMOVE pendingKey, pendingAt',
        ConditionExpression: 'requestedVersion = :version',
        ExpressionAttributeValues: { ':version': version, ':now': now },
      }),
    ),
  );
  if (lowered) return;
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...update,
        UpdateExpression: 'SET syncedVersion = :version, syncedAt = :now',
        ConditionExpression: 'attribute_not_exists(syncedVersion) OR syncedVersion < :version',
        ExpressionAttributeValues: { ':version': version, ':now': now },
      }),
    ),
  );
}
