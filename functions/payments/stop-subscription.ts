import type { Job, TimedWorld } from '../jobs/apply.ts';
import { findSubscription } from './find-subscription.ts';
import { followSubscription, type SubscriptionPlan } from './follow-subscription.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { openProduct } from './open-product.ts';
import { see } from './seen.ts';

/**
 * Stops the charges of a contact's subscription; the access stays.
 * @returns what was done, in words
 * @throws Rejected where the provider cannot: PayPal
 */
export async function stopSubscription(job: Job<unknown>, name: string, world: TimedWorld): Promise<string> {
  const { contactId, plan = {} } = job as Job<unknown> & { plan?: SubscriptionPlan<never> };
  const { product, provider, title, owner } = await openProduct(contactId, name, world, 'pause');
  const found = await findSubscription(contactId, { name, product, provider }, world);
  const { id, state, endsAt } = found.subscription;
  if (state === 'paused' || state === 'cancelling' || state === 'ended') {
    await followSubscription(job, plan, owner, found, world);
    const why = { paused: 'is paused', cancelling: `ends ${endsAt}`, ended: 'had ended before' }[state];
    return `${id} ${why}: nothing is charged`;
  }
  await provider.pause(id, idempotencyKey(job, 'pause'));
  const seen = await see(provider, id);
  if (seen) await followSubscription(job, plan, owner, seen, world);
  return `${title} charges nothing more for ${id}; access unchanged`;
}
