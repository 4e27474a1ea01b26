import type { Job, TimedWorld } from '../jobs/apply.ts';
import { storePlan } from '../store/plans.ts';
import { findSubscription } from './find-subscription.ts';
import { followSubscription, type SubscriptionPlan } from './follow-subscription.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { openProduct } from './open-product.ts';
import { see } from './seen.ts';

/** What is cancelled, and until when it was paid for: PayPal forgets that with the cancelling. */
type Cancellation = { id: string; paidUntil?: string };

/**
 * Has a contact's subscription end where what is paid for ends. Until then the member keeps the access; the end is
 * noted, and looked at when it comes.
 * @returns what was done, in words
 */
export async function cancelSubscription(
  job: Job<unknown>,
  name: string,
  world: TimedWorld,
): Promise<string> {
  const { contactId } = job;
  const { product, provider, title, owner } = await openProduct(contactId, name, world);

  let plan: SubscriptionPlan<Cancellation> = job.plan ?? {};
  if (!plan.intent) {
    const found = await findSubscription(contactId, { name, product, provider }, world);
    const { id, state, paidUntil, endsAt } = found.subscription;
    if (state === 'ended' || state === 'cancelling') {
      await followSubscription(job, plan, owner, found, world);
      return `${id} ${state === 'ended' ? 'had ended before' : `was cancelled before: it ends ${endsAt}`}`;
    }
    plan = await storePlan(job, { intent: { id, ...(paidUntil !== undefined && { paidUntil }) } });
  }
  const { id, paidUntil } = plan.intent as Cancellation;

  await provider.cancelAtPeriodEnd(id, idempotencyKey(job, 'cancel'));
  const seen = await see(provider, id);
  if (!seen) return `${title} cancelled ${id}, and has it no more`;
  const subscription = { ...(paidUntil !== undefined && { paidUntil }), ...seen.subscription };
  await followSubscription(job, plan, owner, { ...seen, subscription }, world);
  const until = subscription.state === 'cancelling' ? subscription.endsAt : paidUntil;
  return `${title} cancelled ${id}: ${until ? `access until ${until}` : 'nothing is paid for any more'}`;
}
