import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { webhookKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';
import type { PastAttempt, WebhookId, WebhookRecord } from './webhooks.ts';

/**
 * Counts an attempt at a job.
 * @param nobodyElseUntil ISO time until which the sweep leaves the job alone
 * @returns the record with this attempt counted, or undefined where the job is final already
 */
export async function countAttempt(
  webhook: WebhookId,
  nobodyElseUntil: string,
): Promise<WebhookRecord | undefined> {
  const counted = await unlessConditionFails(
    dynamo.send(new UpdateCommand(countingUpdate(webhook, nobodyElseUntil))),
  );
  return counted?.Attributes as WebhookRecord | undefined;
}

const countingUpdate = (webhook: WebhookId, nobodyElseUntil: string) => ({
  ...inTable(),
  Key: webhookKey(webhook),
  UpdateExpression: 'SET pendingAt = :pending, attempts = if_not_exists(attempts, :zero) + :one',
  ConditionExpression: '#state = :queued',
  ExpressionAttributeNames: { '#state': 'state' },
  ExpressionAttributeValues: { ':queued': 'queued', ':pending': nobodyElseUntil, ':zero': 0, ':one': 1 },
  ReturnValues: 'ALL_NEW' as const,
});

/** On one line: that conditions may have line breaks is documented nowhere, and not every DynamoDB takes them. */
const FREE_OR_OURS = '(attribute_not_exists(heldUntil) OR heldUntil < :now OR heldBy = :me)';

/** The job is being tried by another worker, whose attempt is over at `until` (ISO time) for sure. */
export class Held extends Error {
  override name = 'Held';
  readonly until: string;

  constructor(until: string) {
    super('another worker is trying this job');
    this.until = until;
  }
}

/**
 * Begins an attempt at a job and keeps others from it, so that no two workers ever act for one contact at the
 * same time: what one of them has decided would be old by the time it acts.
 * @param until ISO times: `held`, when this attempt is over for sure, and `leftAlone`, by the sweep
 * @returns the record with this attempt counted, or undefined where the job is final already
 * @throws Held where another attempt is under way
 */
export async function beginAttempt(
  webhook: WebhookId,
  until: { held: string; leftAlone: string },
): Promise<WebhookRecord | undefined> {
  const update = countingUpdate(webhook, until.leftAlone);
  try {
    const { Attributes } = await dynamo.send(
      new UpdateCommand({
        ...update,
        UpdateExpression: `${update.UpdateExpression}, heldBy = :me, heldUntil = :held`,
        // Our own hold, whose answer was lost, is found when the SDK repeats this.
        ConditionExpression: `${update.ConditionExpression} AND ${FREE_OR_OURS}`,
        ExpressionAttributeValues: {
          ...update.ExpressionAttributeValues,
          ':me': randomUUID(),
          ':held': until.held,
          ':now': new Date().toISOString(),
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    );
    return Attributes as WebhookRecord;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const { state, heldUntil } = error.Item ?? {};
    if (state?.S === 'queued' && heldUntil?.S) throw new Held(heldUntil.S);
    return undefined;
  }
}

/** The last attempts that a record keeps: it is paid by its size, and fourteen days of attempts would outgrow it. */
export const MOST_REMEMBERED = 50;

/**
 * Notes that a job waits and until when; where the wait is no failure, its attempt does not count.
 * @param until ISO time at which the job comes back, plus what it takes to be picked up
 * @param attempts the attempts that count
 * @param attempt the one that is over, where it counts; otherwise it was no more than a wait
 */
export async function postpone(
  record: WebhookId & Pick<WebhookRecord, 'history' | 'waits'>,
  {
    until,
    reason,
    attempts,
    attempt,
  }: { until: string; reason: string; attempts: number; attempt: PastAttempt | undefined },
): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(record),
        UpdateExpression: `SET pendingAt = :until, reason = :reason, attempts = :attempts,
          ${attempt ? 'history' : 'waits'} = :remembered REMOVE heldBy, heldUntil`,
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':until': until,
          ':reason': reason,
          ':attempts': attempts,
          // The whole and not what is added to it, so that the SDK may repeat this.
          ':remembered': attempt
            ? [...(record.history ?? []), attempt].slice(-MOST_REMEMBERED)
            : (record.waits ?? 0) + 1,
        },
      }),
    ),
  );
}
