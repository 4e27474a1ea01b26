import type { StripeAccount } from './account.ts';
import { newId } from './ids.ts';
import type { Customer, Invoice, Subscription, SubscriptionItem, SubscriptionStatus } from './objects.ts';

export type CustomerInput = {
  email?: string | undefined;
  metadata?: Record<string, string> | undefined;
  /** Whether there is a card to pay with; yes, unless told. */
  card?: boolean;
};

export const newCustomer = (
  account: StripeAccount,
  { email, metadata = {}, card = true }: CustomerInput,
): Customer => ({
  ...{ id: newId('cus'), object: 'customer', created: account.time, email: email ?? null, name: null },
  default_source: null,
  invoice_settings: { default_payment_method: card ? newId('pm') : null },
  livemode: false,
  metadata,
});

export type SubscriptionInput = {
  customer: string;
  /** Ids of products: an item for each. */
  products: readonly string[];
  /** `active` unless told. */
  status?: SubscriptionStatus;
  metadata?: Record<string, string>;
  /** In ms since 1970, one for each product or the same for all; in thirty days unless told. */
  periodEnd?: number | readonly number[];
  cancelAtPeriodEnd?: boolean;
  /** In ms since 1970. */
  cancelAt?: number;
  /** Its collection is paused, which Stripe shows beside its status. */
  paused?: boolean;
};

const DAY_SECONDS = 86_400;
const PRICE = { currency: 'usd', unit_amount: 2900 };

export function newSubscription(account: StripeAccount, input: SubscriptionInput): Subscription {
  const { customer, products, status = 'active', metadata = {} } = input;
  const { time } = account;
  const id = newId('sub');
  const ends = [input.periodEnd ?? (time + 30 * DAY_SECONDS) * 1000].flat();
  const items = products.map(
    (product, index): SubscriptionItem => ({
      ...{ id: newId('si'), object: 'subscription_item', subscription: id, quantity: 1 },
      current_period_start: time,
      current_period_end: seconds(ends[index % ends.length] ?? 0),
      price: {
        ...{ id: newId('price'), object: 'price', product, ...PRICE },
        recurring: { interval: 'month', interval_count: 1 },
      },
    }),
  );
  const hasEnded = status === 'canceled' || status === 'incomplete_expired';
  return {
    ...{ id, object: 'subscription', created: time, customer, status, currency: PRICE.currency },
    collection_method: 'charge_automatically',
    cancel_at: input.cancelAt === undefined ? null : seconds(input.cancelAt),
    cancel_at_period_end: input.cancelAtPeriodEnd ?? false,
    canceled_at: hasEnded ? time : null,
    ended_at: hasEnded ? time : null,
    ...{ default_payment_method: null, default_source: null, latest_invoice: null },
    pause_collection: input.paused ? { behavior: 'void', resumes_at: null } : null,
    ...{ items, livemode: false, metadata },
  };
}

export type InvoiceInput = {
  subscription: string;
  /** In the currency's smallest unit; what the simulated price is unless told. */
  amount?: number;
  /** In small letters, as Stripe has it; `usd` unless told. */
  currency?: string;
  /** In ms since 1970; now unless told. */
  createdAt?: number;
};

export function newInvoice(account: StripeAccount, input: InvoiceInput): Invoice {
  const { amount = PRICE.unit_amount, currency = PRICE.currency, createdAt } = input;
  const { id: subscription, customer, metadata } = account.get('subscription', input.subscription);
  return {
    ...{ id: newId('in'), object: 'invoice', customer, status: 'open', currency },
    created: createdAt === undefined ? account.time : seconds(createdAt),
    ...{ amount_due: amount, amount_paid: 0, amount_remaining: amount, total: amount },
    ...{ attempt_count: 0, attempted: false, collection_method: 'charge_automatically' },
    ...{ default_payment_method: null, default_source: null },
    parent: {
      ...{ type: 'subscription_details', quote_details: null },
      subscription_details: { subscription, metadata },
    },
    status_transitions: { paid_at: null, voided_at: null, marked_uncollectible_at: null },
    ...{ livemode: false, metadata: {} },
  };
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
