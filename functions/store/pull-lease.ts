import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import type { Flag } from './flags.ts';
import { flagKey } from './keys.ts';
import { type MemberItem, readFlagAndMember } from './members.ts';
import { inTable, unlessConditionFails } from './table.ts';

/**
 * The lease under which one visit pulls a contact while the others wait for it. It lies on the flag's item and
 * ends by itself, should its holder die.
 */
export type PullLease = {
  /** ms since 1970 */
  until: number;
  /** The pull did not succeed: nobody needs to wait for it. */
  failed: boolean;
};

/** All that decides whether a visit has to pull. */
export type PullState = {
  flag: Flag;
  member: MemberItem | undefined;
  lease: PullLease | undefined;
  /** The `until` of the last lease under which a pull succeeded: another one each time. */
  lastPull: number | undefined;
};

/** Reads a contact's flag, copy and lease in one request, up to date. */
export async function readPullState(site: string, contactId: string): Promise<PullState> {
  const { flagItem, member } = await readFlagAndMember(site, contactId);
  const { requestedVersion = 0, syncedVersion = 0, pullingUntil, pullFailed = false } = flagItem ?? {};
  const lease = pullingUntil === undefined ? undefined : { until: pullingUntil, failed: pullFailed };
  return { flag: { requestedVersion, syncedVersion }, member, lease, lastPull: flagItem?.lastPull };
}

/**
 * Takes the lease, unless somebody holds it, or has pulled since the state was read: that pull may be all that
 * was wanted, which another look tells.
 * @param now our time, in ms
 * @param until when the lease ends by itself, in ms; no two takers name the same
 * @param lastPull as read
 * @returns whether it was taken
 */
export async function takePullLease(
  site: string,
  contactId: string,
  { now, until, lastPull }: { now: number; until: number; lastPull: PullState['lastPull'] },
): Promise<boolean> {
  const unchanged = lastPull === undefined ? 'attribute_not_exists(lastPull)' : 'lastPull = :lastPull';
  const taken = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: flagKey(site, contactId),
        UpdateExpression: 'SET pullingUntil = :until REMOVE pullFailed',
        // The last is a lease of ours whose answer was lost: the SDK asks again.
        ConditionExpression: `${unchanged} AND (attribute_not_exists(pullingUntil) OR pullingUntil <= :now OR pullingUntil = :until)`,
        ExpressionAttributeValues: {
          ':until': until,
          ':now': now,
          ...(lastPull !== undefined && { ':lastPull': lastPull }),
        },
      }),
    ),
  );
  return taken !== undefined;
}

/** Gives the lease back after a pull that succeeded, if it is still the one that ends at `until`. */
export async function endPullLease(site: string, contactId: string, until: number): Promise<void> {
  await changeLease(site, contactId, until, 'SET lastPull = :mine REMOVE pullingUntil, pullFailed');
}

/** Notes that the pull failed: until the lease ends nobody waits for it, nor tries the CRM again. */
export async function failPullLease(site: string, contactId: string, until: number): Promise<void> {
  await changeLease(site, contactId, until, 'SET pullFailed = :true', { ':true': true });
}

async function changeLease(
  site: string,
  contactId: string,
  until: number,
  UpdateExpression: string,
  values: Record<string, unknown> = {},
): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: flagKey(site, contactId),
        UpdateExpression,
        ConditionExpression: 'pullingUntil = :mine',
        ExpressionAttributeValues: { ':mine': until, ...values },
      }),
    ),
  );
}
