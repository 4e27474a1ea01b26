import {
  outstandingOf,
  type SimulatedPayment,
  type SimulatedRefund,
  type SimulatedSubscription,
} from './account.ts';

/** A subscription as PayPal's API and its events show it. */
export function showSubscription(subscription: SimulatedSubscription): object {
  const { id, plan, status, createdAt, statusChangedAt, customId, email, nextBillingAt, price } =
    subscription;
  const last = subscription.payments.at(-1);
  return {
    status,
    status_update_time: statusChangedAt,
    id,
    plan_id: plan,
    start_time: createdAt,
    quantity: '1',
    subscriber: { ...(email && { email_address: email }), payer_id: `PAYER${id.slice(2, 10)}` },
    billing_info: {
      outstanding_balance: { currency_code: price.currency, value: outstandingOf(subscription) },
      cycle_executions: cyclesOf(subscription),
      ...(last && { last_payment: { amount: money(last), time: last.time } }),
      ...(nextBillingAt && { next_billing_time: nextBillingAt }),
      failed_payments_count: subscription.failedPayments,
    },
    create_time: createdAt,
    update_time: statusChangedAt,
    ...(customId !== undefined && { custom_id: customId }),
    plan_overridden: false,
  };
}

/** A subscription as a list shows it, without what it omits. */
export const showInList = (subscription: SimulatedSubscription, omitted: ReadonlySet<string>): object =>
  Object.fromEntries(Object.entries(showSubscription(subscription)).filter(([name]) => !omitted.has(name)));

export const showTransaction = (payment: SimulatedPayment, email: string | undefined): object => ({
  status: payment.status,
  id: payment.id,
  amount_with_breakdown: { gross_amount: money(payment) },
  ...(email && { payer_email: email }),
  time: payment.time,
});

export const showRefund = ({ id }: SimulatedRefund): object => ({ id, status: 'COMPLETED' });

/** A payment of a subscription in events is a sale of PayPal's first API, which calls subscriptions agreements. */
export const showSale = (payment: SimulatedPayment, { id }: SimulatedSubscription): object => ({
  id: payment.id,
  state: 'completed',
  amount: { total: payment.value, currency: payment.currency },
  billing_agreement_id: id,
  create_time: payment.time,
});

/** It names the sale, and no agreement. */
export const showRefundOfSale = ({ id, capture, value, currency }: SimulatedRefund): object => ({
  id,
  state: 'completed',
  sale_id: capture,
  amount: { total: value, currency },
});

/** A cycle counts from its beginning, as real subscriptions show. */
function cyclesOf({ hasTrial, regularCycles }: SimulatedSubscription): object[] {
  const trial = {
    tenure_type: 'TRIAL',
    sequence: 1,
    cycles_completed: 1,
    cycles_remaining: 0,
    total_cycles: 1,
  };
  const regular = {
    tenure_type: 'REGULAR',
    cycles_completed: regularCycles,
    cycles_remaining: 0,
    total_cycles: 0,
  };
  return [...(hasTrial ? [trial] : []), { ...regular, sequence: hasTrial ? 2 : 1 }];
}

const money = ({ value, currency }: { value: string; currency: string }): object => ({
  currency_code: currency,
  value,
});
