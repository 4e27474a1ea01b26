import type { PaymentAccounts } from './start-simulator.ts';

const DAY_MS = 86_400_000;
const REST_OF_PERIOD_MS = 20 * DAY_MS;

/** What is sold through each provider, by the provider's ids. */
export type Items = { stripe?: string | undefined; paypal?: string | undefined };

/**
 * Sells something to the first three contacts of a site, under their e-mail addresses: the first has an active
 * subscription at Stripe, the second one whose last payment failed, the third one at PayPal.
 */
export function seedSales(
  { stripe, paypal }: PaymentAccounts,
  items: Items,
  emails: readonly string[],
): void {
  const [first, second, third] = emails;
  const periodEnd = Date.now() + REST_OF_PERIOD_MS;
  if (stripe && items.stripe) {
    for (const email of [first, second]) {
      const customer = stripe.owner.addCustomer({ email });
      const subscription = stripe.owner.addSubscription({ customer, products: [items.stripe], periodEnd });
      stripe.owner.addPaidInvoice({ subscription, createdAt: Date.now() - 10 * DAY_MS });
      if (email === second) stripe.owner.addFailedInvoice({ subscription });
    }
  }
  if (paypal && items.paypal && third !== undefined) {
    paypal.account.createSubscription({
      plan: items.paypal,
      email: third,
      nextBillingAt: new Date(periodEnd).toISOString(),
      payments: [{ time: new Date(Date.now() - 10 * DAY_MS).toISOString() }],
    });
  }
}
