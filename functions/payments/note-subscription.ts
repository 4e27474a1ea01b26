import { definition as look } from '../commands/subscription-look.ts';
import { startPartAt } from '../jobs/start-job.ts';
import { changeMember } from '../members/change-member.ts';
import type { Site } from '../platform/config.ts';
import type { Happening } from '../site-events/tell-site.ts';
import type { KnownSubscription } from '../store/members.ts';
import { paymentLinkPart } from '../store/payment-links.ts';
import type { Writes } from '../store/table.ts';
import type { SubscriptionState } from './provider.ts';
import { isSame, nowKnown, owes, type Seen } from './seen.ts';

/** What became of a subscription since it was last seen. */
export type StateChange = {
  /** `none`: it was not known. */
  from: SubscriptionState | 'none';
  to: SubscriptionState;
  /** A payment had failed, and it is paid now. */
  isRecovery?: true;
};

/** Whose subscription it is, and of which product of the site. */
export type Owner = { contactId: string; name: string; provider: string };

/**
 * Notes at the member how a subscription was seen, tells the site what happened, and has it looked at again when it
 * is to end: all of it in one transaction.
 * @param withChange further writes of that transaction
 * @returns what became of it; undefined where it is in the same state as before
 */
export async function noteSubscription(
  site: Site,
  { contactId, name, provider }: Owner,
  seen: Seen,
  withChange: (change: StateChange) => Writes = () => [],
): Promise<StateChange | undefined> {
  let change: StateChange | undefined;
  await changeMember(site, contactId, (was) => {
    change = undefined;
    const subscriptions = underName(name, seen.subscription.id, was?.subscriptions, site);
    const known = subscriptions[name];
    const now = nowKnown(known, provider, seen);
    const isRenamed = known !== was?.subscriptions?.[name];
    if (!isRenamed && (now === known || isSame(known, now))) return undefined;
    const before = known?.id === now.id ? known : undefined;
    if (before?.state !== now.state) change = changeBetween(before, now);
    const { customer } = seen.subscription;
    return {
      changes: {
        subscriptions: { ...subscriptions, [name]: now },
        ...(customer !== undefined && { customers: { ...was?.customers, [provider]: customer } }),
      },
      happened: change ? happeningsOf(change, name, now) : [],
      also: [
        ...(before
          ? []
          : [paymentLinkPart({ site: site.id, provider, id: now.id }, { contactId, of: name })]),
        ...lookAtItsEnd(site, contactId, before, now),
        ...(change ? withChange(change) : []),
      ],
    };
  });
  return change;
}

/** What is known of a member's subscriptions; of this one by the product's name, though it had another before. */
function underName(
  name: string,
  id: string,
  subscriptions: Record<string, KnownSubscription> = {},
  { products }: Site,
): Record<string, KnownSubscription> {
  const isFormerName = (each: string) => subscriptions[each]?.id === id && !Object.hasOwn(products, each);
  const former = Object.keys(subscriptions).find(isFormerName);
  if (former === undefined || subscriptions[name]?.id === id) return subscriptions;
  const { [former]: known, ...others } = subscriptions;
  return { ...others, ...(known && { [name]: known }) };
}

function changeBetween(before: KnownSubscription | undefined, { state: to }: KnownSubscription): StateChange {
  const isPaid = to === 'active' || to === 'trialing';
  const isRecovery = before !== undefined && owes(before) && isPaid;
  return { from: before?.state ?? 'none', to, ...(isRecovery && { isRecovery }) };
}

/** One that is to end is looked at then, whether or not its provider tells us. */
function lookAtItsEnd(
  site: Site,
  contactId: string,
  before: KnownSubscription | undefined,
  { provider, id, state, endsAt }: KnownSubscription,
): Writes {
  if (state !== 'cancelling' || endsAt === undefined || before?.endsAt === endsAt) return [];
  const job = { site: site.id, command: look.name, contactId, parameters: { provider, id } };
  return [startPartAt(job, endsAt, site)];
}

function happeningsOf(
  { to, isRecovery }: StateChange,
  product: string,
  { endsAt, paidUntil }: KnownSubscription,
): Happening[] {
  const tell = (type: Happening['type'], data = {}): Happening[] => [{ type, data: { product, ...data } }];
  if (to === 'ended') return tell('subscription.ended');
  if (to === 'cancelling') return tell('subscription.cancelled', { endsAt: endsAt ?? paidUntil });
  if (to === 'paused') return tell('subscription.paused');
  if (to === 'past_due') return tell('subscription.payment-failed');
  return isRecovery ? tell('subscription.payment-recovered') : [];
}
