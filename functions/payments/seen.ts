import type { KnownSubscription } from '../store/members.ts';
import type { PaymentProvider, Subscription } from './provider.ts';

/** A subscription as its provider has it. */
export type Seen = {
  subscription: Subscription;
  /** When the provider was asked for it (ISO time). */
  readAt: string;
  /** What time it was for the job, if it was not simply that. */
  now?: string;
};

/** Asks a provider for a subscription; undefined where it has none under this id. */
export async function see(provider: PaymentProvider, id: string): Promise<Seen | undefined> {
  const readAt = new Date().toISOString();
  const subscription = await provider.readSubscription(id);
  return subscription && { subscription, readAt };
}

/**
 * What is known of a contact's subscription once it was seen again; `known` itself where that is nothing new.
 *
 * What was read earlier does not replace what was read later, and a subscription that has ended stays so. One that was
 * cancelled where that means "no further charges" goes on until what is paid for is over.
 */
export function nowKnown(
  known: KnownSubscription | undefined,
  provider: string,
  { subscription, readAt, now = readAt }: Seen,
): KnownSubscription {
  const { id, state, paidUntil, endsAt, isPaidOut } = subscription;
  const before = known?.id === id ? known : undefined;
  if (known && !before && state === 'ended' && known.state !== 'ended') return known; // that one took its place
  if (before && (before.readAt > readAt || before.state === 'ended')) return before;
  const paid = paidUntil ?? before?.paidUntil;
  const base = { provider, id, readAt, ...(paid !== undefined && { paidUntil: paid }) };
  if (state === 'ended' && isPaidOut && paid !== undefined && paid > now)
    return { ...base, state: 'cancelling', endsAt: paid };
  // Stopping the charges pays nothing: only what is charged again and paid has recovered.
  const hasFailed = before !== undefined && owes(before) && (state === 'paused' || state === 'cancelling');
  return { ...base, state, ...(endsAt !== undefined && { endsAt }), ...(hasFailed && { hasFailed }) };
}

/** Whether a payment has failed that was not made up for. */
export const owes = ({ state, hasFailed }: KnownSubscription): boolean =>
  state === 'past_due' || hasFailed === true;

/** Whether two are the same but for when they were read. */
export const isSame = (one: KnownSubscription | undefined, other: KnownSubscription): boolean =>
  one !== undefined &&
  (['provider', 'id', 'state', 'paidUntil', 'endsAt'] as const).every((name) => one[name] === other[name]);
