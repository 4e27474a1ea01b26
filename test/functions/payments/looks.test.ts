import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Promotion } from '../../../functions/payments/promotion.ts';
import type { KnownSubscription } from '../../../functions/store/members.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { FIELDS, PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop, startOwnJob } from '../../support/payments.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { type Workers, wireWorkers } from '../../support/workers.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
let shop: Shop;
let workers: Workers;
let siteById: typeof import('../../../functions/platform/sites.ts').siteById;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  shop = new Shop(latchkey, 'told');
  workers = await wireWorkers(latchkey, table);
  ({ siteById } = await import('../../../functions/platform/sites.ts'));
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const HOUR_MS = 3_600_000;
const inMs = (ms: number): string => new Date(Date.now() + ms).toISOString();

/** Has a job of Latchkey's own tried, in the turn that a test wants. @returns what became of it */
async function play(
  command: string,
  contactId: string,
  parameters: Record<string, string>,
  receivedAt?: string,
): Promise<WebhookRecord | undefined> {
  const job = await startOwnJob(latchkey, {
    ...{ site: 'told', command, contactId, parameters },
    ...(receivedAt !== undefined && { receivedAt }),
  });
  await workers.work([job], { diesAfter: Number.POSITIVE_INFINITY });
  return latchkey.record('told', contactId, job.id);
}

const look = (contact: string, provider: string, id: string, receivedAt?: string) =>
  play('subscription_look', contact, { provider, id }, receivedAt);

/** What an earlier look left behind. */
async function know(
  contact: string,
  product: string,
  known: Omit<KnownSubscription, 'readAt'>,
): Promise<void> {
  const { provider, id } = known;
  const subscriptions = { [product]: { ...known, readAt: inMs(-HOUR_MS) } };
  await table.putItem({ pk: `told#${contact}`, sk: 'member', revision: 1, subscriptions });
  await table.putItem({ pk: `payment#told#${provider}#${id}`, sk: 'link', contactId: contact, of: product });
}

const knownOf = async (contact: string) => (await latchkey.member('told', contact))?.subscriptions;

test('whoever changes to a new subscription keeps the access, though the end of the old one is told first', async () => {
  const { contact, id, customer } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await know(contact, 'club', { provider: 'stripe', id, state: 'active' });
  const next = shop.stripe.owner.addSubscription({ customer, products: ['prod_club'] });
  shop.stripe.owner.endSubscription(id);
  expect(await look(contact, 'stripe', id)).toMatchObject({ state: 'applied', reason: 'club: active' });
  expect(await knownOf(contact)).toMatchObject({ club: { id: next, state: 'active' } });
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);
  shop.stripe.owner.endSubscription(next);
  await look(contact, 'stripe', next);
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.ended]);
});

test('of a subscription to several products ends what does not live on in another', async () => {
  const { contact } = shop.newContact();
  const customer = shop.stripe.owner.addCustomer({ metadata: { contact: shop.reference(contact) } });
  const both = shop.stripe.owner.addSubscription({ customer, products: ['prod_club', 'prod_course'] });
  await know(contact, 'club', { provider: 'stripe', id: both, state: 'active' });
  const club = shop.stripe.owner.addSubscription({ customer, products: ['prod_club'] });
  shop.stripe.owner.endSubscription(both);
  await look(contact, 'stripe', both);
  expect(await knownOf(contact)).toMatchObject({
    club: { id: club, state: 'active' },
    course: { id: both, state: 'ended' },
  });
});

test('a product that was renamed has what was known by its old name, though nothing else is new', async () => {
  const { contact, id } = shop.subscribe('paypal', { state: 'active', item: 'P-CIRCLE' });
  const paidUntil = new Date(shop.paypal.account.subscription(id).nextBillingAt ?? '').toISOString();
  await know(contact, 'ring', { provider: 'paypal', id, state: 'active', paidUntil });
  await look(contact, 'paypal', id);
  expect(await knownOf(contact)).toMatchObject({ circle: { id, paidUntil } });
  expect(await knownOf(contact)).not.toHaveProperty('ring');
});

test('whose a subscription is stays what was stored, also for who looks for it', async () => {
  const { contact } = shop.newContact();
  const { id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await know(contact, 'club', { provider: 'stripe', id, state: 'active' });
  expect(await play('subscription_find', `*${id}`, { provider: 'stripe', id })).toMatchObject({
    reason: `contact ${contact}, club`,
  });
});

test('a PayPal id of another shop names nobody, so that the address counts', async () => {
  const { contact, email } = shop.newContact();
  await table.putItem({ pk: `told#${contact}`, sk: 'member', revision: 1, email, emailKey: `told#${email}` });
  const id = shop.paypal.account.createSubscription({ plan: 'P-CIRCLE', customId: 'WC-1042', email });
  expect(await play('subscription_find', `*${id}`, { provider: 'paypal', id })).toMatchObject({
    state: 'applied',
    reason: `contact ${contact}, circle`,
  });
});

test('every try of a job asks under the same keys, one for each step, and another job under others', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
  const [invoice] = shop.stripe.owner.all('invoice');
  const charge = async (more = {}) => {
    const parameters = { 'contact[id]': contact, productId: 'club', ...more };
    return latchkey.record(
      'told',
      contact,
      await latchkey.send('told', 'aal_chargesubscription', parameters),
    );
  };
  const work = (job: WebhookRecord | undefined) =>
    workers.work(job ? [job] : [], { diesAfter: Number.POSITIVE_INFINITY });
  const job = await charge();
  shop.stripe.faults.next({ does: 'answer', status: 429, route: 'POST /v1/invoices/{id}/pay' });
  shop.stripe.faults.next({ does: 'reset', when: 'after', route: 'POST /v1/invoices/{id}/pay' });
  for (let tries = 0; tries < 3; tries++) await work(job);
  const keys = shop.stripe.owner.keys().filter((key) => key.startsWith(job?.id ?? ''));
  expect(keys).toEqual([`${job?.id}-${invoice?.id}`]);
  await work(await charge({ again: '1' }));
  expect(shop.stripe.owner.chargesOf(id)).toHaveLength(2); // that of its first period, and this one
});

test('the look at an end that was paid for ends it, though the clock of its worker is behind', async () => {
  const endsAt = inMs(10_000); // a sweep whose clock is ahead has sent it
  const { contact, id } = shop.subscribe('paypal', { state: 'cancelled', item: 'P-CIRCLE' });
  await know(contact, 'circle', { provider: 'paypal', id, state: 'cancelling', paidUntil: endsAt, endsAt });
  await look(contact, 'paypal', id);
  expect(await knownOf(contact)).toMatchObject({ circle: { state: 'cancelling' } });
  await look(contact, 'paypal', id, endsAt);
  expect(await knownOf(contact)).toMatchObject({ circle: { state: 'ended' } });
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.ended]);
});

test('the look at the end of one that Stripe has not ended yet waits, though the clock of its worker is behind', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'cancelling', item: 'prod_club' });
  const { items } = shop.stripe.owner.read('subscription', id);
  const endsAt = new Date((items[0]?.current_period_end ?? 0) * 1000).toISOString();
  await know(contact, 'club', { provider: 'stripe', id, state: 'cancelling', endsAt });
  expect(await look(contact, 'stripe', id)).toMatchObject({ state: 'applied' });
  expect(await look(contact, 'stripe', id, endsAt)).toMatchObject({
    state: 'queued',
    reason: expect.stringContaining(`Stripe has not ended ${id} yet`),
  });
});

test('the look at the expiry of a code clears it, though the clock of its worker is behind', async () => {
  const { contact } = shop.newContact();
  const id = await latchkey.send('told', 'aal_createcoupon', { 'contact[id]': contact, promoId: 'welcome' });
  const work = (job: WebhookRecord | undefined) =>
    workers.work(job ? [job] : [], { diesAfter: Number.POSITIVE_INFINITY });
  await work(await latchkey.record('told', contact, id));
  expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon]).toMatch(/^HEY-/);
  await work((await latchkey.records('told', contact)).find(({ command }) => command === 'coupon_look'));
  expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '').toBe('');
});

test('a code that is used at once is cleared, though the CRM does not show it in its field yet', async () => {
  const { contact } = shop.newContact();
  const coupon = {
    code: 'HEY-1',
    discount: { percentOff: 20 },
    field: FIELDS.coupon,
    by: 'x',
    id: 'promo_1',
  };
  const own = { field: FIELDS.coupon, value: 'HEY-1', replaced: [''], at: inMs(0) };
  await table.putItem({
    ...{ pk: `told#${contact}`, sk: 'member', revision: 1, ownFields: [own] },
    coupons: { welcome: { ...coupon, expiresAt: inMs(HOUR_MS) } },
  });
  await table.putItem({ pk: 'payment#told#stripe#promo_1', sk: 'link', contactId: contact, of: 'welcome' });
  expect(await play('coupon_look', contact, { provider: 'stripe', id: 'promo_1' })).toMatchObject({
    reason: `the code for welcome is used; field ${FIELDS.coupon} is cleared`,
  });
});

describe('a promotion whose config has changed', () => {
  const create = async (contact: string) => {
    const id = await latchkey.send('told', 'aal_createcoupon', {
      ...{ 'contact[id]': contact, promoId: 'welcome', time: inMs(0) },
    });
    const job = await latchkey.record('told', contact, id);
    await workers.work(job ? [job] : [], { diesAfter: Number.POSITIVE_INFINITY });
    return latchkey.record('told', contact, id);
  };
  const couponOf = async (contact: string) => (await latchkey.member('told', contact))?.coupons?.welcome;
  let promotions: Record<string, Promotion>;
  let welcome: Promotion;
  beforeEach(() => {
    ({ promotions } = siteById('told'));
    ({ welcome } = promotions as { welcome: Promotion });
  });
  afterEach(() => {
    promotions.welcome = welcome;
  });

  test('keeps a code that is good with the discount that it was made with', async () => {
    const { contact } = shop.newContact();
    await create(contact);
    const before = await couponOf(contact);
    promotions.welcome = { ...welcome, discount: { percentOff: 50 } };
    shop.stripe.requests.reset();
    expect(await create(contact)).toMatchObject({ state: 'applied' });
    expect(await couponOf(contact)).toEqual(before);
    expect(Object.keys(shop.stripe.requests.byRoute)).toEqual(['GET /v1/promotion_codes/{id}']);
  });

  test('in the middle of a job makes no second code', async () => {
    const { contact } = shop.newContact();
    shop.stripe.faults.next({ does: 'reset', when: 'after', route: 'POST /v1/promotion_codes' });
    const first = await create(contact);
    expect(first).toMatchObject({
      state: 'queued',
      reason: expect.stringContaining('Stripe did not answer'),
    });
    const { id = '' } = first ?? {};
    promotions.welcome = { ...welcome, discount: { percentOff: 50 } };
    const job = await latchkey.record('told', contact, id);
    await workers.work(job ? [job] : [], { diesAfter: Number.POSITIVE_INFINITY });
    expect(await latchkey.record('told', contact, id)).toMatchObject({ state: 'applied' });
    const { code, id: made } = (await couponOf(contact)) ?? {};
    expect(shop.stripe.owner.all('promotion_code').filter((each) => each.code === code)).toMatchObject([
      { id: made },
    ]);
    expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon]).toBe(code);
  });

  test.each(['has another field', 'is gone'])(
    'clears the field that it wrote its code to, where it %s',
    async (how) => {
      const { contact } = shop.newContact();
      await create(contact);
      const { id = '' } = (await couponOf(contact)) ?? {};
      shop.stripe.owner.redeem(id);
      promotions.welcome = { ...welcome, field: FIELDS.plan };
      if (how === 'is gone') delete promotions.welcome;
      expect(await play('coupon_look', contact, { provider: 'stripe', id })).toMatchObject({
        reason: `the code for welcome is used; field ${FIELDS.coupon} is cleared`,
      });
      expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '').toBe('');
    },
  );
});
