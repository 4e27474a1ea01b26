import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { type Claim, claimIn, claimPart, identicalTo } from './claims.ts';
import { pendingJobs, webhookKey } from './keys.ts';
import { inTable, unlessConditionFails, writeUnlessRefused } from './table.ts';

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
  /** The webhook that a duplicate is identical to. */
  duplicateOf?: string;
  settledAt?: string;
  /** While the job is not final: ISO time after which nobody else is going to look after it. */
  pendingAt?: string;
  /** Who tries the job just now, and the ISO time by which that is over for sure. */
  heldBy?: string;
  heldUntil?: string;
  /** What the job decided, in absolute terms, before its first effect: see store/plans.ts. */
  plan?: unknown;
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
  /** The webhook that a duplicate is identical to. */
  duplicateOf?: string;
  /** Days until the record expires. */
  recordDays: number;
  /** Seconds within which webhooks of one identity count once. */
  duplicateWindowSeconds?: number;
};

/**
 * Records a webhook. A record that is there already stays as it is, so a repeat is harmless. One with an identity
 * claims that together with its record, and is recorded as a duplicate where the claim is refused.
 * @returns the id of the webhook that it is a duplicate of; undefined where it counts
 */
export async function recordWebhook(
  webhook: Webhook,
  start: NewRecord,
  signal?: AbortSignal,
): Promise<string | undefined> {
  const { identity } = webhook;
  const { duplicateWindowSeconds: windowSeconds = 0 } = start;
  const record = recordPart(webhook, start);
  if (identity === undefined || windowSeconds === 0) {
    await putAlone(record, signal);
    return undefined;
  }
  const { expiresAt } = record.Put.Item;
  const claim = claimPart({ ...webhook, identity }, { windowSeconds, expiresAt });
  const refusal = await writeUnlessRefused([record, claim], signal);
  if (!refusal) return undefined;
  const [recorded, claimed] = refusal;
  if (recorded) return recorded.duplicateOf?.S;
  const duplicate = duplicatePart(webhook, claimIn(claimed), start);
  await putAlone(duplicate, signal);
  return duplicate.Put.Item.duplicateOf;
}

/** The record of a duplicate. Secrets are left out: nothing will be applied that needs them. */
const duplicatePart = ({ secrets, ...webhook }: Webhook, first: Claim, { recordDays }: NewRecord) =>
  recordPart(webhook, {
    state: 'duplicate',
    reason: identicalTo(first, webhook),
    duplicateOf: first.id,
    recordDays,
  });

/** The part of a transaction that records a webhook; the transaction fails where it has a record. */
export const recordPart = (
  webhook: Webhook,
  { recordDays, duplicateWindowSeconds, ...state }: NewRecord,
) => ({
  Put: {
    ...inTable(),
    Item: {
      ...webhookKey(webhook),
      ...webhook,
      ...state,
      ...(state.queue && { pendingKey: pendingJobs(webhook.id) }),
      expiresAt: secondsAfter(webhook.receivedAt, recordDays),
    },
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  },
});

async function putAlone({ Put }: ReturnType<typeof recordPart>, signal?: AbortSignal): Promise<void> {
  await unlessConditionFails(dynamo.send(new PutCommand(Put), { abortSignal: signal }));
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
 * Ends a webhook's job. What only its applying needed, its plan and its secrets included, goes.
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
          REMOVE pendingKey, pendingAt, secrets, #plan, heldBy, heldUntil`,
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state', '#plan': 'plan' },
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
