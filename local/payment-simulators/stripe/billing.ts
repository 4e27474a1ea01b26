import type { StripeAccount } from './account.ts';
import { newId } from './ids.ts';
import type { Charge, Invoice, PromotionCode, Refund, Subscription } from './objects.ts';
import { Problem } from './problem.ts';

/** The decline that is a bank's wish to see its customer, of which Stripe tells with another event. */
const WANTS_CUSTOMER = 'authentication_required';

/** Charges the customer's card for an open invoice. @throws Problem 402 where the card is declined */
export function chargeFor(account: StripeAccount, invoice: Invoice): Invoice {
  const { customer } = invoice;
  const subscription = subscriptionOf(account, invoice);
  const means =
    invoice.default_payment_method ??
    subscription.default_payment_method ??
    account.get('customer', customer).invoice_settings.default_payment_method;
  if (means === null)
    throw new Problem(400, 'There is no `default_payment_method` set on this Customer or Invoice.');
  const declineCode = account.declining.get(customer);
  if (declineCode === undefined) return settle(account, invoice);
  fail(account, invoice, declineCode);
  throw new Problem(402, 'Your card was declined.', {
    type: 'card_error',
    code: declineCode === WANTS_CUSTOMER ? declineCode : 'card_declined',
    decline_code: declineCode,
  });
}

/** An invoice is paid, with its charge and all that follows for its subscription. */
export function settle(account: StripeAccount, invoice: Invoice, { intent = true } = {}): Invoice {
  if (invoice.amount_remaining > 0) recordPayment(account, invoice, intent);
  const paid = account.put(
    {
      ...attempted(invoice),
      status: 'paid',
      amount_paid: invoice.amount_remaining,
      amount_remaining: 0,
      status_transitions: { ...invoice.status_transitions, paid_at: account.time },
    },
    'invoice.paid',
  );
  const subscription = subscriptionOf(account, invoice);
  const owes = account
    .all('invoice')
    .some((each) => each.status === 'open' && subscriptionOf(account, each).id === subscription.id);
  if (WAITING.has(subscription.status) && !owes)
    account.put({ ...subscription, status: 'active' }, 'customer.subscription.updated');
  return paid;
}

/** What a payment leaves behind. @param intent whether it is by a payment intent or a bare charge */
function recordPayment(account: StripeAccount, invoice: Invoice, intent: boolean): void {
  const { customer, currency, amount_remaining: amount } = invoice;
  const common = { created: account.time, customer, currency, livemode: false as const, metadata: {} };
  const [payment_intent, charge] = [newId('pi'), newId('ch')];
  account.put({
    ...common,
    ...{ id: charge, object: 'charge', amount, amount_captured: amount, amount_refunded: 0 },
    ...{ captured: true, paid: true, payment_intent: intent ? payment_intent : null, refunded: false },
    status: 'succeeded',
  } satisfies Charge);
  if (intent)
    account.put({
      ...common,
      ...{ id: payment_intent, object: 'payment_intent', amount, amount_received: amount },
      ...{ latest_charge: charge, status: 'succeeded' },
    });
  account.put({
    ...{ id: newId('inpay'), object: 'invoice_payment', created: account.time, invoice: invoice.id },
    ...{ amount_paid: amount, amount_requested: amount, currency, is_default: true },
    payment: intent ? { type: 'payment_intent', payment_intent } : { type: 'charge', charge },
    ...{ status: 'paid', status_transitions: { canceled_at: null, paid_at: account.time } },
    livemode: false,
  });
}

const WAITING: ReadonlySet<string> = new Set(['past_due', 'unpaid', 'incomplete']);

/** A payment of an invoice fails, with what follows for its subscription. */
export function fail(account: StripeAccount, invoice: Invoice, declineCode: string): void {
  const wants = declineCode === WANTS_CUSTOMER ? ['invoice.payment_action_required'] : [];
  account.put(attempted(invoice), ...wants, 'invoice.payment_failed');
  const subscription = subscriptionOf(account, invoice);
  if (subscription.status === 'active' || subscription.status === 'trialing')
    account.put({ ...subscription, status: 'past_due' }, 'customer.subscription.updated');
}

/** A subscription ends now. */
export function end(account: StripeAccount, subscription: Subscription): Subscription {
  const { time } = account;
  return account.put(
    { ...subscription, status: 'canceled', canceled_at: time, ended_at: time },
    'customer.subscription.deleted',
  );
}

/** Gives a charge back, or part of it. @throws Problem where nothing, or less, is left of it */
export function giveBack(
  account: StripeAccount,
  charge: Charge,
  { amount, reason }: { amount?: number | undefined; reason?: string | undefined },
): Refund {
  const left = charge.amount_captured - charge.amount_refunded;
  if (charge.refunded)
    throw new Problem(400, `Charge ${charge.id} has already been refunded.`, {
      code: 'charge_already_refunded',
    });
  const returned = amount ?? left;
  if (returned > left)
    throw new Problem(400, 'Refund amount is greater than unrefunded amount on charge', { param: 'amount' });
  const { currency, payment_intent } = charge;
  const refund = account.put(
    {
      ...{ id: newId('re'), object: 'refund', created: account.time, amount: returned, charge: charge.id },
      ...{ payment_intent, currency, reason: reason ?? null, status: 'succeeded', metadata: {} },
    } satisfies Refund,
    'refund.created',
  );
  const amount_refunded = charge.amount_refunded + returned;
  const refunded = amount_refunded === charge.amount_captured;
  account.put({ ...charge, amount_refunded, refunded }, 'charge.refunded');
  return refund;
}

/** A promotion code is used in a purchase. */
export function redeem(account: StripeAccount, promotionCode: PromotionCode): void {
  const times_redeemed = promotionCode.times_redeemed + 1;
  const active = times_redeemed < (promotionCode.max_redemptions ?? Number.POSITIVE_INFINITY);
  account.put({ ...promotionCode, times_redeemed, active }, 'promotion_code.updated');
}

/** The subscription that an invoice is of. */
export const subscriptionOf = (account: StripeAccount, { parent }: Invoice): Subscription =>
  account.get('subscription', parent.subscription_details.subscription);

const attempted = (invoice: Invoice): Invoice => ({
  ...invoice,
  attempted: true,
  attempt_count: invoice.attempt_count + 1,
});
