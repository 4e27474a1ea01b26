import SDK from 'stripe';
import type { PayResult } from '../provider.ts';
import { isRefusal } from './errors.ts';
import { once } from './once.ts';

/** Refusals that are about the customer's bank, not about the request. */
const WANTS_CUSTOMER = new Set(['invoice_payment_intent_requires_action', 'payment_intent_action_required']);

/**
 * Has an invoice paid with the customer's usual means of payment, the customer being absent. Stripe does not pay one
 * twice. Its answer may be one that it saved under the key, so the invoice itself is looked at.
 */
export async function payInvoice(sdk: SDK, id: string, key: string): Promise<PayResult> {
  try {
    await once(key, (options) => sdk.invoices.pay(id, { off_session: true }, options));
  } catch (error) {
    const isDeclined = error instanceof SDK.errors.StripeCardError;
    if (!isDeclined && !isRefusal(error)) throw error;
    return (await resultNow(sdk, id)) ?? (isDeclined ? declined(error) : refusalAsResult(sdk, id, error));
  }
  // Debits from a bank account take days: until then the invoice stays open.
  return (await resultNow(sdk, id)) ?? { outcome: 'pending' };
}

const declined = ({ decline_code, code }: { decline_code?: string; code?: string }): PayResult => ({
  outcome: 'declined',
  code: decline_code ?? code ?? 'card_declined',
});

/** How an invoice has ended; undefined where it is open. */
async function resultNow(sdk: SDK, id: string): Promise<PayResult | undefined> {
  const { status } = await sdk.invoices.retrieve(id);
  if (status === 'paid') return { outcome: 'paid' };
  return status === 'void' || status === 'uncollectible' ? { outcome: 'closed' } : undefined;
}

async function refusalAsResult(sdk: SDK, id: string, refusal: { code?: string }): Promise<PayResult> {
  if (refusal.code && WANTS_CUSTOMER.has(refusal.code)) return { outcome: 'declined', code: refusal.code };
  if (!(await hasMeans(sdk, id))) return { outcome: 'declined', code: 'no_payment_method' };
  throw refusal;
}

/** Whether there is something to pay an invoice with. Stripe documents no code for it, so it is looked up. */
async function hasMeans(sdk: SDK, id: string): Promise<boolean> {
  const invoice = await sdk.invoices.retrieve(id, {
    expand: ['customer', 'parent.subscription_details.subscription'],
  });
  const subscription = invoice.parent?.subscription_details?.subscription;
  const { customer } = invoice;
  const holders = [invoice, subscription].filter((holder) => typeof holder === 'object');
  if (holders.some((holder) => holder.default_payment_method ?? holder.default_source)) return true;
  if (!customer || typeof customer === 'string' || customer.deleted) return false;
  return Boolean(customer.invoice_settings.default_payment_method ?? customer.default_source);
}
