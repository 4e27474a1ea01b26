import type { Job, TimedWorld } from '../jobs/apply.ts';
import { Rejected } from '../platform/errors.ts';
import { storePlan } from '../store/plans.ts';
import { findSubscription } from './find-subscription.ts';
import { followSubscription, type SubscriptionPlan } from './follow-subscription.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { moneyInWords } from './money.ts';
import { openProduct } from './open-product.ts';
import type { Invoice, PaymentProvider, PayResult } from './provider.ts';
import { see } from './seen.ts';

/** What is outstanding: decided before the first charge, so that a retry charges nothing else. */
type Charge = { id: string; invoices: Invoice[] };

/**
 * Has the outstanding invoices of a contact's subscription paid, oldest first. Each is paid under a key of its own, and
 * an invoice can be paid once: whatever repeats this charges nothing twice.
 * @returns what was paid, in words
 * @throws Rejected where the provider declines one, with its code: those after it are left; where it cannot: PayPal
 */
export async function chargeSubscription(
  job: Job<unknown>,
  name: string,
  world: TimedWorld,
): Promise<string> {
  const { contactId } = job;
  const { product, provider, title, owner } = await openProduct(contactId, name, world, 'charge');

  const decide = async (): Promise<SubscriptionPlan<Charge>> => {
    const { subscription } = await findSubscription(contactId, { name, product, provider }, world);
    const { id } = subscription;
    return storePlan(job, { intent: { id, invoices: await provider.outstanding(id) } });
  };
  const plan = (job.plan as SubscriptionPlan<Charge> | undefined) ?? (await decide());
  const { id, invoices } = plan.intent as Charge;

  const paid = await payAll(job, invoices, provider, title);
  const seen = await see(provider, id);
  const words = seen && (await followSubscription(job, plan, owner, seen, world));
  return `${paid || `nothing is outstanding for ${id}`}${words ? `; ${words}` : ''}`;
}

async function payAll(
  job: Job<unknown>,
  invoices: readonly Invoice[],
  provider: PaymentProvider,
  title: string,
): Promise<string> {
  const done: string[] = [];
  for (const invoice of invoices) {
    const result = await provider.pay(invoice, idempotencyKey(job, invoice.id));
    const what = `${invoice.id} (${moneyInWords(invoice.due)})`;
    if (result.outcome === 'declined')
      throw new Rejected([...done, `${title} declined ${what}: ${result.code}`].join('; '));
    done.push(IN_WORDS[result.outcome](what));
  }
  return done.join('; ');
}

const IN_WORDS: Record<Exclude<PayResult['outcome'], 'declined'>, (what: string) => string> = {
  paid: (what) => `paid ${what}`,
  pending: (what) => `${what} is being paid, by a debit that takes days`,
  closed: (what) => `${what} is closed: nothing to pay`,
};
