import { GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { type Claim, claimIn, claimPart, identicalTo } from './claims.ts';
import { commandLogKey, logKey, outcomeLogKey, pendingJobs, webhookKey } from './keys.ts';
import { inTable, unlessConditionFails, writeUnlessRefused } from './table.ts';

/** Which queue carries a webhook's job. */
export type QueueName = 'operations' | 'batch-sync' | 'deliveries';

/** States a webhook's record goes through; all but `queued` are final. `filtered`: the site wants no such event relayed. */
export type WebhookState =
  | 'queued'
  | 'flagged'
  | 'applied'
  | 'rejected'
  | 'failed'
  | 'duplicate'
  | 'filtered';

/** One try at a job, as it is remembered. */
export type PastAttempt = {
  /** When it began, ISO time. */
  at: string;
  ms: number;
  outcome: 'applied' | 'rejected' | 'failed' | 'postponed';
  reason: string;
  /** What it asked of the CRM, the first few: `GET /api/3/contacts/7 200, 93 ms`. */
  calls?: string[];
  /** How many requests it made to the CRM, where those are more than `calls` has. */
  crmRequests?: number;
};

/** The states out of which a webhook can be replayed. */
export const REPLAYABLE: readonly WebhookState[] = ['failed', 'rejected'];

/** What is known of a webhook from its arrival to its end. */
export type WebhookRecord = Webhook & {
  state: WebhookState;
  queue?: QueueName;
  /** Tries that were begun (operations) or that failed (batch-sync). */
  attempts?: number;
  /** The tries that are over, oldest first. */
  history?: PastAttempt[];
  /** Times it went back to its queue without a try that counts: the CRM's limit was used up. */
  waits?: number;
  /** Times the sweep had to queue the job again. */
  sweeps?: number;
  /** Why it ended as it did, or why it still waits. */
  reason?: string;
  /** The webhook that a duplicate is identical to. */
  duplicateOf?: string;
  /** The later webhook of this contact that brings this one too; and how many earlier ones this one brings. See relay/coalesce.ts. */
  joinedTo?: string;
  joined?: number;
  /** It came with secret parameters, which are not kept. */
  hadSecrets?: true;
  /** The webhook that this one stands in for, the first of them; and the one that stands in for this. See jobs/replay.ts. */
  replayOf?: string;
  replayedBy?: string;
  settledAt?: string;
  /** While the job is not final: ISO time after which nobody else is going to look after it. */
  pendingAt?: string;
  /** It waits for this time (ISO) on purpose, with no message on its way. */
  dueAt?: string;
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
  /** The webhook that this one stands in for, and what that one had decided. */
  replayOf?: string;
  plan?: unknown;
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

/** The record of a duplicate. What only its applying would need is left out. */
const duplicatePart = ({ secrets, request, ...webhook }: Webhook, first: Claim, { recordDays }: NewRecord) =>
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
      ...(hasSecrets(webhook) && { hadSecrets: true }),
      ...logKeys(webhook, state.state),
      expiresAt: secondsAfter(webhook.receivedAt, recordDays),
    },
    ConditionExpression: 'attribute_not_exists(pk)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  },
});

/** What was said of the contact itself is no such secret: it is stored before anything is tried. */
function hasSecrets({ secrets: { contact, ...parameters } = {} }: Webhook): boolean {
  return Object.keys(parameters).length > 0;
}

/** The states that people look for: few webhooks end in them, so that an index of them costs little. */
export const TROUBLE: readonly WebhookState[] = ['rejected', 'failed', 'duplicate'];

/** The states of those that no index but that by time has: the many in which nothing is done, or no more than a flag raised. */
export const FOUND_BY_TIME: readonly WebhookState[] = ['flagged', 'filtered'];

/**
 * What the log's indexes find a record by. Every write to an index is paid, so only the index by time has them all:
 * a webhook that does no more than raise a flag is not found by its command, nor one that goes well by its outcome.
 */
const logKeys = ({ site, command, id }: Webhook, state: WebhookState) => ({
  logKey: logKey(site, id),
  ...(!FOUND_BY_TIME.includes(state) && { commandKey: commandLogKey(site, command, id) }),
  ...(TROUBLE.includes(state) && { outcomeKey: outcomeLogKey(site, state, id) }),
});

async function putAlone({ Put }: ReturnType<typeof recordPart>, signal?: AbortSignal): Promise<void> {
  await unlessConditionFails(dynamo.send(new PutCommand(Put), { abortSignal: signal }));
}

/**
 * Has the record of a light webhook wait, whose flag is not up and about which no message could be sent: the sweep raises
 * it. Repeating it is harmless.
 * @param signal ends the call when the time for answering is over
 */
export async function leaveFlagToSweep(
  { site, command, ...webhook }: Webhook,
  signal?: AbortSignal,
): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey({ site, ...webhook }),
        UpdateExpression:
          'SET #state = :queued, pendingKey = :pending, pendingAt = :now, commandKey = :command',
        ConditionExpression: '#state = :flagged',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':flagged': 'flagged',
          ':queued': 'queued',
          ':pending': pendingJobs(webhook.id),
          ':now': new Date().toISOString(),
          ':command': commandLogKey(site, command, webhook.id),
        },
      }),
      { abortSignal: signal },
    ),
  );
}

const SECONDS_PER_DAY = 86_400;
const secondsAfter = (iso: string, days: number): number =>
  Math.floor(Date.parse(iso) / 1000) + days * SECONDS_PER_DAY;

/** Reads the state of a webhook, up to date; undefined where it has no record. */
export async function readState(webhook: WebhookId): Promise<WebhookState | undefined> {
  const { Item } = await dynamo.send(
    new GetCommand({
      ...inTable(),
      Key: webhookKey(webhook),
      ProjectionExpression: '#state',
      ExpressionAttributeNames: { '#state': 'state' },
      ConsistentRead: true,
    }),
  );
  return Item?.state;
}

/** Whether a webhook has a record, whatever its state. */
export const isRecorded = async (webhook: WebhookId): Promise<boolean> =>
  (await readState(webhook)) !== undefined;

/**
 * Ends a webhook's job. What only its applying needed goes, its secrets included.
 * @param end `keepsPlan`: its plan stays, since a replay goes on with that; `keepsRequest`: so does what a replay would
 *   hand on
 * @returns the record as it is now; undefined where it was final already, or was never recorded
 */
export async function settle(
  webhook: WebhookId,
  end: {
    state: Exclude<WebhookState, 'queued'>;
    reason: string;
    now: string;
    attempt: PastAttempt;
    keepsPlan?: boolean;
    keepsRequest?: boolean;
  },
): Promise<WebhookRecord | undefined> {
  const outcomeKey = TROUBLE.includes(end.state) && outcomeLogKey(webhook.site, end.state, webhook.id);
  const settled = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: webhookKey(webhook),
        UpdateExpression: `SET #state = :state, reason = :reason, settledAt = :now,
          history = list_append(if_not_exists(history, :none), :attempt)${outcomeKey ? ', outcomeKey = :outcome' : ''}
          REMOVE pendingKey, pendingAt, secrets, heldBy, heldUntil
            ${end.keepsPlan ? '' : ', #plan'}${end.keepsRequest ? '' : ', #request'}`,
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: {
          '#state': 'state',
          ...(!end.keepsPlan && { '#plan': 'plan' }),
          ...(!end.keepsRequest && { '#request': 'request' }),
        },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':state': end.state,
          ':reason': end.reason,
          ':now': end.now,
          ':none': [],
          ':attempt': [end.attempt],
          ...(outcomeKey && { ':outcome': outcomeKey }),
        },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return settled?.Attributes as WebhookRecord | undefined;
}
