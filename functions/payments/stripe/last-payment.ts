import type SDK from 'stripe';
import type { Payment } from '../provider.ts';
import { allOf, PAGE } from './pages.ts';

/** What leads from a payment to the charge that says how much of it is left. */
const CHARGES = ['data.payment.payment_intent.latest_charge', 'data.payment.charge'];

/**
 * The newest payment of a subscription's newest paid invoice, as far as it is left to give back. Invoices over nothing
 * are passed over. Nothing older counts: where the last payment was given back by hand, or paid outside of Stripe, the
 * one before it was for another time.
 */
export async function findLastPayment(sdk: SDK, subscription: string): Promise<Payment | undefined> {
  for await (const invoice of sdk.invoices.list({ subscription, status: 'paid', limit: PAGE })) {
    if (invoice.amount_paid === 0) continue;
    const payments = await allOf(
      sdk.invoicePayments.list({ invoice: invoice.id, status: 'paid', limit: PAGE, expand: CHARGES }),
    );
    const last = payments.toSorted((a, b) => b.created - a.created)[0];
    return last && toPayment(last);
  }
  return undefined;
}

/** What is left of a payment; undefined where nothing is. */
function toPayment({ payment }: SDK.InvoicePayment): Payment | undefined {
  const intent = typeof payment.payment_intent === 'object' ? payment.payment_intent : undefined;
  const charge = intent?.latest_charge ?? payment.charge;
  if (!charge || typeof charge === 'string') return undefined;
  const amount = charge.amount_captured - charge.amount_refunded;
  if (charge.refunded || amount <= 0) return undefined;
  return { id: intent?.id ?? charge.id, amount: { amount, currency: charge.currency.toUpperCase() } };
}
