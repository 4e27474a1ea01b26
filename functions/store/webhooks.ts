import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { pendingJobs, webhookKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';

/** Which queue carries a webhook's job. */
export type QueueName = 'operations' | 'batch-sync';

/** States a webhook's record goes through; all but `queued` are final. */
export type WebhookState = 'queued' | 'flagged' | 'applied' | 'rejected' | 'failed' | 'duplicate';

/** What is known of a webhook from its arrival to its end. */
export type WebhookRecord = Webhook & {
  state: WebhookState;
  queue?: QueueName;
  /** Tries that were begun (operations) or that failed (batch-sync). */
  attempts?: number;
  /** Times the sweep had to queue the job again. */
  sweeps?: number;
  /** Why it ended as it did, or why it still waits. */
  reason?: string;
  settledAt?: string;
  /** While the job is not final: ISO time after which nobody else is going to look after it. */
  pendingAt?: string;
};

/** What finds a webhook's record. */
export type WebhookId = Pick<Webhook, 'site' | 'contactId' | 'id'>;

/** How a new record starts out. */
export type NewRecord = {
  state: WebhookState;
  reason?: string;
  /** For a queued job: its queue, and when its message should have been worked on at the latest. */
  queue?: QueueName;
  pendingAt?: string;
  /** Days until the record expires. */
  recordDays: number;
};

/**
 * Records a webhook. A record that is there already stays as it is, so a repeat is harmless.
 */
export async function recordWebhook(webhook: Webhook, start: NewRecord, signal?: AbortSignal): Promise<void> {
  const { recordDays, ...state } = start;
  await unlessConditionFails(
    dynamo.send(
      new PutCommand({
        ...inTable(),
        Item: {
          ...webhookKey(webhook),
          ...webhook,
          ...state,
          ...(start.queue && { pendingKey: pendingJobs(webhook.id) }),
          expiresAt: secondsAfter(webhook.receivedAt, recordDays),
        },
        ConditionExpression: 'attribute_not_exists(pk)',
      }),
      { abortSignal: signal },
    ),
  );
}

const SECONDS_PER_DAY = 86_400;
const secondsAfter = (iso: string, days: number): number =>
  Math.floor(Date.parse(iso) / 1000) + days * SECONDS_PER_DAY;

/** Whether a webhook has a record, whatever its state. */
export async function isRecorded(webhook: WebhookId): Promise<boolean> {
  const { Item } = await dynamo.send(
    new GetCommand({
      ...inTable(),
      Key: webhookKey(webhook),
      ProjectionExpression: 'pk',
      ConsistentRead: true,
    }),
  );
  return Item !== undefined;
}

/**
 * Begins an attempt at a job.
 * @param nobodyElseUntil ISO time until which the sweep leaves the job alone
 * @returns the record with this attempt counted, or undefined where the job is final already
 */
export async function beginAttempt(
  webhook: WebhookId,
  nobodyElseUntil: string,
): Promise<WebhookRecord | undefined> {
  const begun = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: 'SET pendingAt = :until, attempts = if_not_exists(attempts, :zero) + :one',
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':queued': 'queued', ':until': nobodyElseUntil, ':zero': 0, ':one': 1 },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return begun?.Attributes as WebhookRecord | undefined;
}

/**
 * Notes that a job waits and until when; where the wait is no failure, its attempt does not count.
 * @param until ISO time at which the job comes back, plus what it takes to be picked up
 * @param attempts the attempts that count
 */
export async function postpone(
  webhook: WebhookId,
  { until, reason, attempts }: { until: string; reason: string; attempts: number },
): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: 'SET pendingAt = :until, reason = :reason, attempts = :attempts',
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':until': until,
          ':reason': reason,
          ':attempts': attempts,
        },
      }),
    ),
  );
}

/**
 * Ends a webhook's job. What only its applying needed, secrets included, goes.
 * @returns false where it was final already, or was never recorded
 */
export async function settle(
  webhook: WebhookId,
  end: { state: Exclude<WebhookState, 'queued'>; reason: string; now: string },
): Promise<boolean> {
  const settled = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: `SET #state = :state, reason = :reason, settledAt = :now
          REMOVE pendingKey, pendingAt, secrets`,
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':state': end.state,
          ':reason': end.reason,
          ':now': end.now,
        },
      }),
    ),
  );
  return settled !== undefined;
}
