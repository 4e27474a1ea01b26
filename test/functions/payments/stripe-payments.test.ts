import { describe, expect, test } from '@jest/globals';
import type { NewPromotionCode } from '../../../functions/payments/provider.ts';
import { errorOf } from '../crm/fixtures/client.ts';
import { client, DAY_MS, saying, startAnew, stripe, subscribe } from './fixtures/stripe.ts';

describe('a payment', () => {
  test('is the last one, given back once, and then no older one', async () => {
    const subscription = subscribe();
    stripe.owner.addPaidInvoice({ subscription, amount: 1000, createdAt: Date.now() - 60 * DAY_MS });
    stripe.owner.addPaidInvoice({
      subscription,
      amount: 2900,
      currency: 'eur',
      createdAt: Date.now() - DAY_MS,
    });
    stripe.owner.addInvoice({ subscription, amount: 7000 });
    const payment = await client.lastPayment(subscription);
    expect(payment).toEqual({ id: expect.stringMatching(/^pi_/), amount: { amount: 2900, currency: 'EUR' } });
    if (!payment) return;
    await client.refund(payment, 'k1');
    await client.refund(payment, 'k1');
    await client.refund(payment, 'k2');
    expect(stripe.owner.all('refund')).toMatchObject([{ amount: 2900, reason: 'requested_by_customer' }]);
    expect(await client.lastPayment(subscription)).toBeUndefined();
  });

  test('tells what is left of it, and all of that is given back', async () => {
    const subscription = subscribe();
    stripe.owner.addPaidInvoice({ subscription, amount: 2900 });
    const [charge] = stripe.owner.chargesOf(subscription);
    stripe.owner.refund(charge?.id ?? '', 900);
    const payment = await client.lastPayment(subscription);
    expect(payment?.amount).toEqual({ amount: 2000, currency: 'USD' });
    if (payment) await client.refund(payment, 'k1');
    expect(stripe.owner.read('charge', charge?.id ?? '')).toMatchObject({ refunded: true });
    expect(await client.lastPayment(subscription)).toBeUndefined();
  });

  test('without an intent is given back by its charge', async () => {
    const subscription = subscribe();
    stripe.owner.payInvoice(stripe.owner.addInvoice({ subscription }), { intent: false });
    const payment = await client.lastPayment(subscription);
    expect(payment?.id).toMatch(/^ch_/);
    if (payment) await client.refund(payment, 'k1');
    expect(stripe.owner.chargesOf(subscription)).toMatchObject([{ refunded: true }]);
  });

  test('that Stripe does not know cannot be given back', async () => {
    const amount = { amount: 2900, currency: 'USD' };
    for (const id of ['pi_none', 'ch_none'])
      expect(await errorOf(client.refund({ id, amount }, id))).toMatchObject({ name: 'Rejected' });
  });

  test('is none where nothing was charged', async () => {
    const subscription = subscribe();
    stripe.owner.addPaidInvoice({ subscription, amount: 0 });
    expect(await client.lastPayment(subscription)).toBeUndefined();
    expect(stripe.requests.byRoute).not.toHaveProperty('GET /v1/invoice_payments');
  });
});

describe('outstanding invoices', () => {
  test('are those that are open, oldest first, of every page and whatever the state', async () => {
    const subscription = subscribe();
    const start = Date.now() - 300 * DAY_MS;
    const ids = Array.from({ length: 120 }, (_, index) =>
      stripe.owner.addInvoice({ subscription, amount: 100 + index, createdAt: start + index * DAY_MS }),
    );
    stripe.owner.addPaidInvoice({ subscription });
    stripe.owner.voidInvoice(stripe.owner.addInvoice({ subscription }));
    stripe.owner.writeOffInvoice(stripe.owner.addInvoice({ subscription }));
    stripe.owner.addInvoice({ subscription, amount: 0 });
    stripe.owner.addInvoice({ subscription: subscribe() });
    stripe.owner.endSubscription(subscription);
    const found = await client.outstanding(subscription);
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(found[0]?.due).toEqual({ amount: 100, currency: 'USD' });
  });

  test('are none of a subscription that owes nothing', async () => {
    expect(await client.outstanding(subscribe())).toEqual([]);
  });
});

describe('paying an invoice', () => {
  const invoiceOf = async (subscription: string) => {
    stripe.owner.addFailedInvoice({ subscription });
    const [invoice] = await client.outstanding(subscription);
    if (!invoice) throw new Error('there is no invoice');
    return invoice;
  };

  test('charges the customer once and the subscription goes on', async () => {
    const subscription = subscribe();
    const invoice = await invoiceOf(subscription);
    expect(await client.readSubscription(subscription)).toMatchObject({ state: 'past_due' });
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'paid' });
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'paid' });
    expect(await client.pay(invoice, 'k2')).toEqual({ outcome: 'paid' });
    expect(stripe.owner.chargesOf(subscription)).toMatchObject([{ amount: 2900 }]);
    expect(await client.readSubscription(subscription)).toMatchObject({ state: 'active' });
  });

  test.each(['insufficient_funds', 'authentication_required'])(
    'is declined with the code: %s',
    async (code) => {
      const subscription = subscribe();
      const invoice = await invoiceOf(subscription);
      stripe.owner.declineCard(stripe.owner.read('subscription', subscription).customer, code);
      expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'declined', code });
      stripe.owner.declineCard(stripe.owner.read('subscription', subscription).customer, undefined);
      expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'declined', code }); // the key's answer is saved
      expect(await client.pay(invoice, 'k2')).toEqual({ outcome: 'paid' });
    },
  );

  test('is declined where there is nothing to pay with', async () => {
    const invoice = await invoiceOf(subscribe({ customer: stripe.owner.addCustomer({ card: false }) }));
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'declined', code: 'no_payment_method' });
  });

  test('is declined where the bank wants to see the customer', async () => {
    const invoice = await invoiceOf(subscribe());
    stripe.faults.refusesPayments = 'invoice_payment_intent_requires_action';
    const code = 'invoice_payment_intent_requires_action';
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'declined', code });
  });

  test('is pending while a debit is under way, which is no decline, and paid when that is through', async () => {
    const invoice = await invoiceOf(subscribe());
    stripe.faults.paysLater = true;
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'pending' });
    stripe.owner.payInvoice(invoice.id);
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'paid' });
  });

  test('that is refused for another reason is an error', async () => {
    const invoice = await invoiceOf(subscribe());
    stripe.faults.refusesPayments = 'amount_too_small';
    expect(await errorOf(client.pay(invoice, 'k1'))).toMatchObject({
      name: 'Rejected',
      message: saying('400: amount_too_small'),
    });
    expect(await errorOf(client.pay({ ...invoice, id: 'in_none' }, 'k2'))).toMatchObject({
      name: 'Rejected',
      message: saying('404: resource_missing, at id'),
    });
  });

  test.each(['voidInvoice', 'writeOffInvoice'] as const)('is not wanted any more after %s', async (close) => {
    const invoice = await invoiceOf(subscribe());
    stripe.owner[close](invoice.id);
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'closed' });
  });
});

describe('a promotion code', () => {
  const promotion = (more: Partial<NewPromotionCode> = {}): NewPromotionCode => ({
    code: 'SAVE-AB34',
    customer: '',
    discountName: 'Spring sale',
    discount: { percentOff: 12.5 },
    expiresAt: new Date(Date.now() + 7 * DAY_MS).toISOString(),
    ...more,
  });

  test('is good once, for its customer, until it expires', async () => {
    const customer = stripe.owner.addCustomer();
    const wanted = promotion({ customer });
    const id = await client.createPromotionCode(wanted, 'k1');
    const made = stripe.owner.read('promotion_code', id);
    expect(made).toMatchObject({ code: 'SAVE-AB34', customer, max_redemptions: 1 });
    expect(made.expires_at).toBe(Math.floor(Date.parse(wanted.expiresAt) / 1000));
    expect(stripe.owner.all('coupon')).toMatchObject([
      { id: made.promotion.coupon, name: 'Spring sale', percent_off: 12.5, duration: 'once' },
    ]);
    expect(await client.isUsable(id)).toBe(true);
    stripe.owner.redeem(id);
    expect(await client.isUsable(id)).toBe(false);
    for (const none of ['promo_none', '', '..']) expect(await client.isUsable(none)).toBe(false);
  });

  test('shares its coupon with those of the same discount, and with no others', async () => {
    const customer = stripe.owner.addCustomer();
    const amountOff = { amountOff: 500, currency: 'EUR' };
    await client.createPromotionCode(promotion({ customer, code: 'A2' }), 'k1');
    await client.createPromotionCode(promotion({ customer, code: 'A3' }), 'k2');
    await client.createPromotionCode(promotion({ customer, code: 'A4', discount: amountOff }), 'k3');
    expect(stripe.owner.all('coupon')).toMatchObject([
      { amount_off: 500, currency: 'eur', percent_off: null },
      { percent_off: 12.5 },
    ]);
  });

  test('that is there already for the customer is that one, whatever the key', async () => {
    const customer = stripe.owner.addCustomer();
    const id = await client.createPromotionCode(promotion({ customer }), 'k1');
    expect(await client.createPromotionCode(promotion({ customer }), 'k1')).toBe(id);
    expect(await client.createPromotionCode(promotion({ customer }), 'k2')).toBe(id);
    expect(stripe.owner.all('promotion_code')).toHaveLength(1);
  });

  test("that is there already for somebody else is not this customer's", async () => {
    await client.createPromotionCode(promotion({ customer: stripe.owner.addCustomer() }), 'k1');
    const other = promotion({ customer: stripe.owner.addCustomer() });
    expect(await errorOf(client.createPromotionCode(other, 'k2'))).toMatchObject({ name: 'Rejected' });
  });

  test('cannot be used any more once it is switched off', async () => {
    const customer = stripe.owner.addCustomer();
    const id = await client.createPromotionCode(promotion({ customer }), 'k1');
    stripe.owner.switchOff(id);
    expect(await client.isUsable(id)).toBe(false);
  });

  test('cannot be used any more once its time is over', async () => {
    await startAnew({ now: () => Date.now() - 2 * DAY_MS });
    const expiresAt = new Date(Date.now() - DAY_MS).toISOString();
    const wanted = promotion({ customer: stripe.owner.addCustomer(), expiresAt });
    expect(await client.isUsable(await client.createPromotionCode(wanted, 'k1'))).toBe(false);
  });
});
