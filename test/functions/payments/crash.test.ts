import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { FIELDS, PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop, startOwnJob } from '../../support/payments.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { type Workers, wireWorkers } from '../../support/workers.ts';

const FEWEST_STEPS = 6; // fewer would mean that the deaths did not reach the work

let latchkey: TestLatchkey;
let table: TableAccess;
let shop: Shop;
let workers: Workers;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  shop = new Shop(latchkey, 'told');
  workers = await wireWorkers(latchkey, table);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Posts a webhook. @returns the record of its job, which nobody tries by itself */
async function post(command: string, contact: string, parameters: Record<string, string>) {
  const id = await latchkey.send('told', command, { 'contact[id]': contact, ...parameters });
  return (await latchkey.record('told', contact, id)) as WebhookRecord;
}

/** Starts a job of Latchkey's own, as what a payment provider tells does. */
const start = (command: string, contactId: string, parameters: Record<string, string>) =>
  startOwnJob(latchkey, { site: 'told', command, contactId, parameters });

/** Looks at subscriptions of a contact that are to be done now. */
const looksOf = async (contact: string) =>
  (await latchkey.records('told', contact)).filter(
    ({ command, receivedAt }) => command === 'subscription_look' && Date.parse(receivedAt) <= Date.now(),
  );

const now = ({ contactId, id }: WebhookRecord) => latchkey.record('told', contactId, id);

/** Has a worker die after n of its requests and others go on. @returns whether it died */
async function dies(job: WebhookRecord, n: number): Promise<boolean> {
  const end = await workers.work([job], { diesAfter: n });
  const waiting = async () => [await now(job)].filter((record) => record?.state === 'queued');
  await workers.workOff(waiting as () => Promise<WebhookRecord[]>, []);
  return end === 'died';
}

/** The events that the site was told of a contact's subscriptions. */
async function eventsOf(contact: string): Promise<unknown[]> {
  const items = await table.items();
  return items
    .filter(
      ({ pk, sk, type }) =>
        pk === `told#${contact}` && sk.startsWith('event#') && String(type).startsWith('sub'),
    )
    .map(({ type }) => type);
}

/** Plays a job again and again, its worker dying one request later each time, until it does not. */
async function playDeaths(begin: () => Promise<{ job: WebhookRecord; check: (n: number) => Promise<void> }>) {
  for (let n = 1; ; n++) {
    const { job, check } = await begin();
    const died = await dies(job, n);
    expect({ n, state: (await now(job))?.state, reason: (await now(job))?.reason }).toMatchObject({
      n,
      state: 'applied',
    });
    await check(n);
    if (died) continue;
    expect(n).toBeGreaterThan(FEWEST_STEPS);
    return;
  }
}

test(
  'revoking at Stripe ends once, refunds once, tells once, wherever its worker dies',
  () =>
    playDeaths(async () => {
      const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_course' });
      return {
        job: await post('aal_revokesubscription', contact, { productId: 'course' }),
        check: async (n) => {
          const charges = shop.stripe.owner.chargesOf(id);
          const refunds = shop.stripe.owner.all('refund').filter(({ charge }) => charge === charges[0]?.id);
          expect({
            n,
            status: shop.stripe.owner.read('subscription', id).status,
            refunds: refunds.map(({ amount }) => amount),
            tags: shop.tagsOf(contact),
            known: (await latchkey.member('told', contact))?.subscriptions?.course?.state,
            events: await eventsOf(contact),
          }).toEqual({
            n,
            ...{ status: 'canceled', refunds: [2900], tags: [PAYMENT_TAGS.ended], known: 'ended' },
            events: ['subscription.ended'],
          });
        },
      };
    }),
  120_000,
);

test(
  'revoking at PayPal ends once, refunds once, tells once, wherever its worker dies',
  () =>
    playDeaths(async () => {
      const { contact, id } = shop.subscribe('paypal', { state: 'active', item: 'P-RETREAT' });
      return {
        job: await post('aal_revokesubscription', contact, { productId: 'retreat' }),
        check: async (n) => {
          const { status, payments } = shop.paypal.account.subscription(id);
          const refunds = shop.paypal.account.refunds.filter(({ capture }) => capture === payments[0]?.id);
          expect({
            n,
            status,
            refunds: refunds.map(({ value }) => value),
            tags: shop.tagsOf(contact),
            known: (await latchkey.member('told', contact))?.subscriptions?.retreat?.state,
            events: await eventsOf(contact),
          }).toEqual({
            n,
            ...{ status: 'CANCELLED', refunds: ['29.00'], tags: [PAYMENT_TAGS.ended], known: 'ended' },
            events: ['subscription.ended'],
          });
        },
      };
    }),
  120_000,
);

test.each([
  { provider: 'stripe', item: 'prod_club', product: 'club' },
  { provider: 'paypal', item: 'P-CIRCLE', product: 'circle' },
] as const)(
  'cancelling at $provider keeps the access to the end that was paid for, wherever its worker dies',
  ({ provider, item, product }) =>
    playDeaths(async () => {
      const { contact } = shop.subscribe(provider, { state: 'active', item });
      return {
        job: await post('aal_cancelsubscription', contact, { productId: product }),
        check: async (n) => {
          const known = (await latchkey.member('told', contact))?.subscriptions?.[product];
          const looks = (await latchkey.records('told', contact)).filter(
            ({ command }) => command === 'subscription_look',
          );
          expect({
            n,
            state: known?.state,
            isAhead: Date.parse(known?.endsAt ?? '') > Date.now(),
            looks: looks.map(({ state, pendingAt }) => [state, pendingAt]),
            tags: shop.tagsOf(contact),
            events: await eventsOf(contact),
          }).toEqual({
            n,
            ...{ state: 'cancelling', isAhead: true, looks: [['queued', known?.endsAt]] },
            ...{ tags: [PAYMENT_TAGS.customer], events: ['subscription.cancelled'] },
          });
        },
      };
    }),
  120_000,
);

test(
  'charging pays each outstanding invoice once, wherever its worker dies',
  () =>
    playDeaths(async () => {
      const { contact, id } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
      shop.stripe.owner.addInvoice({ subscription: id, amount: 700 });
      return {
        job: await post('aal_chargesubscription', contact, { productId: 'club' }),
        check: async (n) => {
          const amounts = shop.stripe.owner.chargesOf(id).map(({ amount }) => amount);
          expect({ n, amounts: amounts.sort((a, b) => a - b) }).toEqual({ n, amounts: [700, 2900, 2900] });
        },
      };
    }),
  120_000,
);

test(
  'a coupon is one code, in Stripe, at the member and in the field, wherever its worker dies',
  () =>
    playDeaths(async () => {
      const { contact } = shop.newContact();
      return {
        job: await post('aal_createcoupon', contact, { promoId: 'welcome' }),
        check: async (n) => {
          const customers = shop.stripe.owner
            .all('customer')
            .filter(({ metadata }) => metadata.contact === `told:${contact}`);
          const codes = shop.stripe.owner
            .all('promotion_code')
            .filter(({ customer }) => customer === customers[0]?.id);
          const coupon = (await latchkey.member('told', contact))?.coupons?.welcome;
          expect({
            n,
            customers: customers.length,
            codes: codes.map(({ code }) => code),
            known: coupon?.code,
            field: shop.crm.contacts.get(contact)?.fields[FIELDS.coupon],
          }).toEqual({ n, customers: 1, codes: [coupon?.code], known: coupon?.code, field: coupon?.code });
          expect(coupon?.code).toMatch(/^HEY(-[A-Z2-9]{4}){3}$/);
        },
      };
    }),
  120_000,
);

test(
  'what a provider tells of an unknown subscription finds its contact once, wherever the worker dies',
  () =>
    playDeaths(async () => {
      const { contact, id } = shop.subscribe('paypal', { state: 'past due', item: 'P-CIRCLE' });
      return {
        job: await start('subscription_find', `*${id}`, { provider: 'paypal', id }),
        check: async (n) => {
          const looks = await looksOf(contact);
          expect({ n, looks: looks.map(({ state }) => state) }).toEqual({ n, looks: ['queued'] });
          await workers.work(looks, { diesAfter: Number.POSITIVE_INFINITY });
          expect({ n, tags: shop.tagsOf(contact) }).toEqual({
            n,
            tags: [PAYMENT_TAGS.customer, PAYMENT_TAGS.failed],
          });
        },
      };
    }),
  120_000,
);

test(
  'a payment that failed is noted, tagged and told once, wherever the worker dies',
  () =>
    playDeaths(async () => {
      const { contact, id } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
      const find = await start('subscription_find', `*${id}`, { provider: 'stripe', id });
      await workers.work([find], { diesAfter: Number.POSITIVE_INFINITY });
      const [look] = await looksOf(contact);
      return {
        job: look as WebhookRecord,
        check: async (n) => {
          expect({
            n,
            known: (await latchkey.member('told', contact))?.subscriptions?.club?.state,
            tags: shop.tagsOf(contact),
            events: await eventsOf(contact),
          }).toEqual({
            n,
            known: 'past_due',
            tags: [PAYMENT_TAGS.customer, PAYMENT_TAGS.failed],
            events: ['subscription.payment-failed'],
          });
        },
      };
    }),
  120_000,
);

test(
  'an expired code is cleared once, wherever the worker dies',
  () =>
    playDeaths(async () => {
      const { contact } = shop.newContact();
      const coupon = await post('aal_createcoupon', contact, { promoId: 'welcome' });
      await workers.work([coupon], { diesAfter: Number.POSITIVE_INFINITY });
      const { id = '', code } = (await latchkey.member('told', contact))?.coupons?.welcome ?? {};
      expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon]).toBe(code);
      shop.stripe.owner.redeem(id);
      return {
        job: await start('coupon_look', contact, { provider: 'stripe', id }),
        check: async (n) => {
          const { coupons } = (await latchkey.member('told', contact)) ?? {};
          const field = shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '';
          expect({ n, field, coupons }).toEqual({ n, field: '', coupons: {} });
        },
      };
    }),
  120_000,
);
