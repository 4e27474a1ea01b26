import type SDK from 'stripe';
import { Unavailable } from '../../platform/errors.ts';
import type { Subscription, SubscriptionState } from '../provider.ts';
import { referenceOf } from './reference.ts';

/**
 * What `status` alone says. `unpaid` counts as past due: it waits for a payment; access goes on until the subscription
 * ends. `incomplete` and `incomplete_expired` are missing: of a checkout that is under way or was left, nothing has
 * begun that could fail or end.
 * @see https://docs.stripe.com/api/subscriptions/object#subscription_object-status
 */
const STATES: Readonly<Record<string, SubscriptionState>> = {
  active: 'active',
  trialing: 'trialing',
  past_due: 'past_due',
  unpaid: 'past_due',
  paused: 'paused',
  canceled: 'ended',
};

const NOT_BEGUN: ReadonlySet<string> = new Set(['incomplete', 'incomplete_expired']);

/**
 * What Stripe says of a subscription, in our words; undefined of one that has not begun.
 * @param subscription with its customer expanded, and all of its items
 */
export function toSubscription(
  subscription: SDK.Subscription,
  items: readonly SDK.SubscriptionItem[],
): Subscription | undefined {
  const { id, customer, metadata } = subscription;
  if (NOT_BEGUN.has(subscription.status)) return undefined;
  const state = stateOf(subscription);
  const paidUntil = latest(items.map((item) => item.current_period_end));
  const endsAt = endOf(subscription, state) ?? (state === 'cancelling' ? paidUntil : undefined);
  const [itself, payer] = [referenceOf(metadata), referenceOf(metadataOf(customer))];
  const reference = itself ?? payer;
  const isPaidByOwner = itself === undefined || itself === payer;
  return {
    id,
    state,
    // The period that is not paid has begun already.
    ...(paidUntil !== undefined && state !== 'past_due' && { paidUntil: isoTime(paidUntil) }),
    ...(endsAt !== undefined && { endsAt: isoTime(endsAt) }),
    items: items.map(({ price }) => idOf(price.product)),
    ...(isPaidByOwner && { customer: idOf(customer) }), // who pays for a gift has subscriptions of their own
    ...(reference !== undefined && { reference }),
  };
}

/**
 * The state, of which Stripe may say several at once. In this order: what has ended has ended; that it will end
 * matters more than whether it is charged until then; and what is not charged now cannot be past due anew.
 */
function stateOf(subscription: SDK.Subscription): SubscriptionState {
  const state = STATES[subscription.status];
  if (state === undefined)
    throw new Unavailable(`Stripe has ${subscription.id} in a state that is not documented`);
  if (state === 'ended') return state;
  if (subscription.cancel_at_period_end || subscription.cancel_at !== null) return 'cancelling';
  return subscription.pause_collection ? 'paused' : state;
}

/** When it ends or has ended, where Stripe says it: seconds since 1970. */
function endOf(subscription: SDK.Subscription, state: SubscriptionState): number | undefined {
  const { cancel_at, ended_at, canceled_at } = subscription;
  if (state === 'cancelling') return cancel_at ?? undefined;
  return state === 'ended' ? (ended_at ?? canceled_at ?? undefined) : undefined;
}

const latest = (seconds: readonly number[]): number | undefined =>
  seconds.length > 0 ? Math.max(...seconds) : undefined;

const isoTime = (seconds: number): string => new Date(seconds * 1000).toISOString();

/** The id of what Stripe gives as an id or, expanded, whole. */
export const idOf = (given: string | { id: string }): string =>
  typeof given === 'string' ? given : given.id;

const metadataOf = (customer: SDK.Subscription['customer']): SDK.Metadata | undefined =>
  typeof customer === 'string' || customer.deleted ? undefined : customer.metadata;
