import type { Job, TimedWorld } from '../jobs/apply.ts';
import { Rejected } from '../platform/errors.ts';
import { storePlan } from '../store/plans.ts';
import { findSubscription } from './find-subscription.ts';
import { applyTags, type SubscriptionPlan } from './follow-subscription.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { moneyInWords } from './money.ts';
import { noteSubscription } from './note-subscription.ts';
import { openProduct } from './open-product.ts';
import type { Payment } from './provider.ts';
import { see } from './seen.ts';

/** What is to be ended and given back: decided before the first effect, so that a retry does neither more nor less. */
type Revocation = { id: string; lives: boolean; refund?: Payment };

/**
 * Ends a contact's subscription at once, takes the access, and gives the last payment back where the product says so.
 * The product's tags for the end are applied even where it had ended before.
 * @returns what was done, in words
 * @throws Rejected where the refund or the tags are refused: all else is done then
 */
export async function revokeSubscription(
  job: Job<unknown>,
  name: string,
  world: TimedWorld,
): Promise<string> {
  const { contactId } = job;
  const { site } = world;
  const { product, provider, title, owner } = await openProduct(contactId, name, world);

  const decide = async (): Promise<SubscriptionPlan<Revocation>> => {
    const { subscription } = await findSubscription(contactId, { name, product, provider }, world);
    const { id, state } = subscription;
    const lives = state !== 'ended';
    const refund = lives && product.refundOnRevoke ? await provider.lastPayment(id) : undefined;
    return storePlan(job, { intent: { id, lives, ...(refund && { refund }) } });
  };
  const plan = (job.plan as SubscriptionPlan<Revocation> | undefined) ?? (await decide());
  const { id, lives, refund } = plan.intent as Revocation;

  if (lives) await provider.cancelNow(id, idempotencyKey(job, 'cancel'));
  const seen = await see(provider, id);
  if (seen) {
    const { isPaidOut, ...subscription } = seen.subscription; // revoked: what is paid for is over too
    await noteSubscription(site, owner, { ...seen, subscription });
  }
  // Neither of the two must keep the other from being done.
  const tags = await attempt('tags not applied', () =>
    applyTags(job, { contactId, name, to: 'ended' }, product.tags.ended, world),
  );
  const money = await attempt('not given back', async () => {
    if (!refund)
      return lives && product.refundOnRevoke ? '; nothing of its last payment is left to give back' : '';
    await provider.refund(refund, idempotencyKey(job, 'refund'));
    return `; gave ${moneyInWords(refund.amount)} back`;
  });
  const ended = lives ? `${title} ended ${id}` : `${id} had ended before`;
  const words = ended + tags.words + money.words;
  if (tags.isRefused || money.isRefused) throw new Rejected(words);
  return words;
}

/** Does something and says it. What is refused for good is said as well: `failure`, and why. */
async function attempt(
  failure: string,
  work: () => Promise<string>,
): Promise<{ words: string; isRefused: boolean }> {
  try {
    return { words: await work(), isRefused: false };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { words: `; ${failure}: ${error.message}`, isRefused: true };
  }
}
