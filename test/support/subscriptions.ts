import type { PayPalSimulator } from '../../local/payment-simulators/paypal.ts';
import type { StripeSimulator } from '../../local/payment-simulators/stripe.ts';

/** States that a subscription can be in when a webhook comes. */
export const STATES = [
  'active',
  'trialing',
  'past due',
  'paused',
  'cancelling',
  'cancelled',
  'missing',
] as const;
export type State = (typeof STATES)[number];

/** What a subscription is to be: in which state, to what, whose. */
export type Wanted = {
  state: State;
  /** The provider's id of what is sold. */
  item: string;
  /** What its metadata says; undefined for none. */
  reference?: string | undefined;
  email?: string;
};

const DAY_MS = 86_400_000;
const PERIOD_MS = 20 * DAY_MS;

/** Makes a subscription at Stripe, with a payment made, and with an open invoice where it is past due. */
export function atStripe({ owner }: StripeSimulator, { state, item, reference, email }: Wanted) {
  const customer = owner.addCustomer({
    ...(email !== undefined && { email }),
    ...(reference !== undefined && { metadata: { contact: reference } }),
  });
  if (state === 'missing') return { customer, id: '' };
  const id = owner.addSubscription({
    ...{ customer, products: [item], periodEnd: Date.now() + PERIOD_MS },
    ...(state === 'trialing' && { status: 'trialing' as const }),
    ...(state === 'cancelling' && { cancelAtPeriodEnd: true }),
    ...(state === 'paused' && { paused: true }),
  });
  if (state !== 'trialing') owner.addPaidInvoice({ subscription: id, createdAt: Date.now() - 10 * DAY_MS });
  if (state === 'past due') owner.addFailedInvoice({ subscription: id });
  if (state === 'cancelled') owner.endSubscription(id);
  return { customer, id };
}

/** The same at PayPal. One that is cancelling there is one that was cancelled through Latchkey before. */
export function atPayPal({ account }: PayPalSimulator, { state, item, reference, email }: Wanted) {
  if (state === 'missing') return { customer: '', id: '' };
  const id = account.createSubscription({
    plan: item,
    nextBillingAt: new Date(Date.now() + PERIOD_MS).toISOString(),
    ...(reference !== undefined && { customId: reference }),
    ...(email !== undefined && { email }),
    ...(state === 'trialing' && { isOnTrial: true }),
    payments: state === 'trialing' ? [] : [{ time: new Date(Date.now() - 10 * DAY_MS).toISOString() }],
  });
  if (state === 'past due') account.failPayment(id);
  if (state === 'paused') account.suspend(id);
  if (state === 'cancelled') account.cancel(id);
  return { customer: '', id };
}
