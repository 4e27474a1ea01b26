import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { contactPk, pendingSiteEvents, siteEventKey, siteEventSk } from './keys.ts';
import { inTable, queryAll, unlessConditionFails } from './table.ts';

/** What can happen to a member that its site is told. */
export const SITE_EVENT_TYPES = [
  'member.created',
  'member.synced',
  'member.password-generated',
  'member.password-reset-requested',
  'access.granted',
  'access.revoked',
  'subscription.payment-failed',
  'subscription.payment-recovered',
  'subscription.paused',
  'subscription.cancelled',
  'subscription.ended',
] as const;
export type SiteEventType = (typeof SITE_EVENT_TYPES)[number];

/** Something that happened to a member, for its site to know. */
export type SiteEvent = {
  /** Sorts by time: a ULID. */
  id: string;
  site: string;
  contactId: string;
  type: SiteEventType;
  /** When it happened, ISO time. */
  at: string;
  /** What more there is to say, such as the contents that were granted. Never personal data. */
  data: Record<string, unknown>;
  /** Days until the record expires. */
  recordDays: number;
};

export type SiteEventId = Pick<SiteEvent, 'site' | 'contactId' | 'id'>;

/** An event as it is recorded: `queued` until the site takes it, or until it is given up. */
export type SiteEventRecord = Omit<SiteEvent, 'recordDays'> & {
  state: 'queued' | 'delivered' | 'failed';
  attempts?: number;
  sweeps?: number;
  reason?: string;
  /** While it is queued: ISO time after which nobody else is going to look after it. */
  pendingAt?: string;
};

const SWEEP_GRACE_MS = 120_000; // a message may take this long to be picked up before the sweep sends another
const SECONDS_PER_DAY = 86_400;

/** The item that records a new event. */
export function newSiteEventItem({ recordDays, ...event }: SiteEvent): Record<string, unknown> {
  const at = Date.parse(event.at);
  return {
    ...siteEventKey(event),
    ...event,
    state: 'queued',
    pendingKey: pendingSiteEvents(event.id),
    pendingAt: new Date(at + SWEEP_GRACE_MS).toISOString(),
    expiresAt: Math.floor(at / 1000) + recordDays * SECONDS_PER_DAY,
  };
}

/**
 * The events of a contact that the site has not taken, up to and including this one, oldest first.
 * @param anew whether this one is among them although it was given up: an operator has redriven its dead letter
 */
export async function undeliveredUpTo(
  event: SiteEventId,
  { anew }: { anew: boolean },
): Promise<SiteEventRecord[]> {
  return queryAll<SiteEventRecord>({
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
    FilterExpression: anew ? '#state = :queued OR (#state = :failed AND id = :id)' : '#state = :queued',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: {
      ':pk': contactPk(event.site, event.contactId),
      ':first': siteEventSk(''),
      ':last': siteEventSk(event.id),
      ':queued': 'queued',
      ...(anew && { ':failed': 'failed', ':id': event.id }),
    },
  });
}

/**
 * Begins an attempt at telling the site. One that was read as failed begins anew.
 * @param nobodyElseUntil ISO time until which the sweep leaves it alone
 * @returns the record with this attempt counted, or undefined where it has come to an end meanwhile
 */
export async function beginDelivery(
  event: SiteEventRecord,
  nobodyElseUntil: string,
): Promise<SiteEventRecord | undefined> {
  const attempts = event.state === 'failed' ? 1 : (event.attempts ?? 0) + 1;
  const begun = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: siteEventKey(event),
        UpdateExpression: 'SET #state = :queued, pendingKey = :key, pendingAt = :until, attempts = :attempts',
        // One that was given up since it was read stays so; queued it is when the SDK repeats this.
        ConditionExpression: '#state IN (:queued, :was)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: {
          ':queued': 'queued',
          ':was': event.state,
          ':key': pendingSiteEvents(event.id),
          ':until': nobodyElseUntil,
          ':attempts': attempts,
        },
        ReturnValues: 'ALL_NEW',
      }),
    ),
  );
  return begun?.Attributes as SiteEventRecord | undefined;
}

/** Notes that the site did not take an event and when it is told again (ISO time, plus time to be picked up). */
export async function postponeDelivery(
  event: SiteEventId,
  { until, reason, attempts }: { until: string; reason: string; attempts: number },
): Promise<void> {
  await updateQueued(event, {
    UpdateExpression: 'SET pendingAt = :until, reason = :reason, attempts = :attempts',
    values: { ':until': until, ':reason': reason, ':attempts': attempts },
  });
}

/** Ends an event: the site has taken it, or it is given up. */
export async function settleDelivery(
  event: SiteEventId,
  end: { state: 'delivered' | 'failed'; reason: string; now: string },
): Promise<void> {
  await updateQueued(event, {
    UpdateExpression: `SET #state = :state, reason = :reason, settledAt = :now REMOVE pendingKey, pendingAt`,
    values: { ':state': end.state, ':reason': end.reason, ':now': end.now },
  });
}

async function updateQueued(
  event: SiteEventId,
  { UpdateExpression, values }: { UpdateExpression: string; values: Record<string, unknown> },
): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: siteEventKey(event),
        UpdateExpression,
        ConditionExpression: '#state = :queued',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':queued': 'queued', ...values },
      }),
    ),
  );
}
