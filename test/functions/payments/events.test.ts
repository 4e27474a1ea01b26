import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { ulid } from 'ulid';
import { webhookKey } from '../../../functions/store/keys.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { wireTo } from '../../support/in-process.ts';
import { PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop } from '../../support/payments.ts';
import { atPayPal, atStripe } from '../../support/subscriptions.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

let latchkey: TestLatchkey;
let shop: Shop;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ paymentEvents: true });
  shop = new Shop(latchkey, 'told');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const stateOf = async (contact: string, product: string) =>
  (await latchkey.member('told', contact))?.subscriptions?.[product]?.state;
const isState = (contact: string, product: string, state: string) =>
  eventually(async () => expect(await stateOf(contact, product)).toBe(state));
const haveTags = (contact: string, tags: string[]) =>
  eventually(async () => expect(shop.tagsOf(contact)).toEqual(tags.toSorted()));
const told = async (contact: string) =>
  (await table.items())
    .filter(
      ({ pk, sk, type }) =>
        pk === `told#${contact}` && sk.startsWith('event#') && String(type).startsWith('sub'),
    )
    .map(({ type, data }) => [type, data]);

describe.each([
  {
    provider: 'stripe',
    ...{ product: 'club', item: 'prod_club' },
    fails: (id: string) => shop.stripe.owner.addFailedInvoice({ subscription: id }),
    isPaid: (_: string, invoice: unknown) => shop.stripe.owner.payInvoice(String(invoice)),
    ends: (id: string) => shop.stripe.owner.endSubscription(id),
  },
  {
    provider: 'paypal',
    ...{ product: 'circle', item: 'P-CIRCLE' },
    fails: (id: string) => shop.paypal.account.failPayment(id),
    isPaid: (id: string) => shop.paypal.account.pay(id),
    ends: (id: string) => shop.paypal.account.expire(id),
  },
] as const)('what $provider tells', ({ provider, product, item, fails, isPaid, ends }) => {
  test('of a payment that failed, recovered, and of an end reaches member, tags and site', async () => {
    const { contact, id } = shop.subscribe(provider, { state: 'active', item });
    await isState(contact, product, 'active');
    const invoice = fails(id);
    await isState(contact, product, 'past_due');
    await haveTags(contact, [PAYMENT_TAGS.customer, PAYMENT_TAGS.failed]);
    isPaid(id, invoice);
    await isState(contact, product, 'active');
    await haveTags(contact, [PAYMENT_TAGS.customer]);
    ends(id);
    await isState(contact, product, 'ended');
    await haveTags(contact, [PAYMENT_TAGS.ended]);
    expect(await told(contact)).toEqual([
      ['subscription.payment-failed', { product }],
      ['subscription.payment-recovered', { product }],
      ['subscription.ended', { product }],
    ]);
  }, 60_000);
});

test('a subscription to several products is followed for each of them', async () => {
  const { contact } = shop.newContact();
  const customer = shop.stripe.owner.addCustomer({ metadata: { contact: shop.reference(contact) } });
  const id = shop.stripe.owner.addSubscription({ customer, products: ['prod_club', 'prod_course'] });
  for (const product of ['club', 'course']) await isState(contact, product, 'active');
  shop.stripe.owner.endSubscription(id);
  for (const product of ['club', 'course']) await isState(contact, product, 'ended');
  expect(await told(contact)).toEqual([
    ['subscription.ended', { product: 'club' }],
    ['subscription.ended', { product: 'course' }],
  ]);
});

test('a replay leaves the tags alone where the subscription has changed again since', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await isState(contact, 'club', 'active');
  const failed: WebhookRecord = {
    ...{ id: ulid(), site: 'told', command: 'subscription_look', contactId: contact },
    parameters: { provider: 'stripe', id },
    receivedAt: new Date().toISOString(),
    ...{ state: 'failed', queue: 'operations' },
    plan: { changes: { club: { from: 'active', to: 'ended' } } },
  };
  await table.putItem({ ...webhookKey(failed), ...failed });
  wireTo(latchkey.cloud);
  const [{ replay }, { siteById }] = await Promise.all([
    import('../../../functions/jobs/replay.ts'),
    import('../../../functions/platform/sites.ts'),
  ]);
  const again = await replay(failed, siteById('told'));
  const { reason } = await latchkey.until('told', contact, again, 'applied');
  expect(reason).toContain('tags left alone: it has changed again since');
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);
});

test('what was past due when its charges were paused has recovered once it is paid', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await isState(contact, 'club', 'active');
  const invoice = shop.stripe.owner.addFailedInvoice({ subscription: id });
  await isState(contact, 'club', 'past_due');
  await shop.send('aal_adminstopsubscription', contact, { productId: 'club' });
  expect(await stateOf(contact, 'club')).toBe('paused');
  shop.stripe.owner.payInvoice(invoice);
  shop.stripe.owner.resume(id);
  await isState(contact, 'club', 'active');
  await haveTags(contact, [PAYMENT_TAGS.customer]);
  expect((await told(contact)).map(([type]) => type)).toEqual([
    'subscription.payment-failed',
    'subscription.paused',
    'subscription.payment-recovered',
  ]);
});

test.each([
  ['left at Stripe', () => atIncomplete('incomplete_expired')],
  ['under way at Stripe', () => atIncomplete('incomplete')],
  [
    'under way at PayPal',
    () => {
      const { contact } = shop.newContact();
      const customId = shop.reference(contact);
      const id = shop.paypal.account.createSubscription({
        plan: 'P-CIRCLE',
        status: 'APPROVAL_PENDING',
        customId,
      });
      return { contact, id };
    },
  ],
] as const)('a checkout that is %s changes nothing, and is no error', async (_, begin) => {
  const { contact, id } = begin();
  await eventually(async () => {
    const [found] = await latchkey.records('told', `*${id}`);
    expect(found).toMatchObject({
      state: 'applied',
      reason: expect.stringContaining('that has begun: nothing to do'),
    });
  });
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);
});

function atIncomplete(status: 'incomplete' | 'incomplete_expired') {
  const { contact } = shop.newContact();
  const customer = shop.stripe.owner.addCustomer({ metadata: { contact: shop.reference(contact) } });
  return { contact, id: shop.stripe.owner.addSubscription({ customer, products: ['prod_club'], status }) };
}

test('a product that was renamed is followed by its new name, with what was known by the old one', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await isState(contact, 'club', 'active');
  const { club } = (await latchkey.member('told', contact))?.subscriptions ?? {};
  await table.changeItem(`told#${contact}`, 'member', {
    subscriptions: { clubhouse: { ...club, state: 'past_due' } },
  });
  await table.changeItem(`payment#told#stripe#${id}`, 'link', { of: 'clubhouse' });
  shop.stripe.owner.setMetadata(id, { contact: shop.reference(contact) }); // tells of it
  await isState(contact, 'club', 'active');
  expect((await latchkey.member('told', contact))?.subscriptions).not.toHaveProperty('clubhouse');
  expect(await told(contact)).toEqual([['subscription.payment-recovered', { product: 'club' }]]);
});

test('a subscription without metadata is found by the address of a contact that is known', async () => {
  const { contact, email } = shop.newContact();
  const genpass = await latchkey.send('told', 'aal_genpass', { 'contact[id]': contact });
  await shop.final(contact, genpass);
  const { id } = atStripe(shop.stripe, { state: 'active', item: 'prod_club', email });
  await isState(contact, 'club', 'active');
  shop.stripe.owner.endSubscription(id);
  await haveTags(contact, [PAYMENT_TAGS.ended]);
});

test('a subscription that nobody is known to have is rejected, with how to mend it', async () => {
  const { id } = atPayPal(shop.paypal, { state: 'active', item: 'P-CIRCLE', email: 'stranger@example.com' });
  const record = await eventually(async () => {
    const [found] = await latchkey.records('told', `*${id}`);
    if (found?.state !== 'rejected') throw new Error(`still ${JSON.stringify(found)}`);
    return found;
  });
  expect(record.reason).toContain('told:<contact id>');
  expect(JSON.stringify(record)).not.toContain('stranger@');
});

test('what is sold to others through the same account is left alone', async () => {
  const { id } = atStripe(shop.stripe, { state: 'active', item: 'prod_other', email: 'other@example.com' });
  await eventually(async () => {
    const [found] = await latchkey.records('told', `*${id}`);
    expect(found).toMatchObject({ state: 'applied', reason: 'not of a product of this site: nothing to do' });
  });
});

test('a PayPal subscription that its payer cancels is good until what is paid for is over, and ends then', async () => {
  const { contact, id } = shop.subscribe('paypal', { state: 'active', item: 'P-CIRCLE' });
  await isState(contact, 'circle', 'active');
  shop.paypal.account.cancel(id);
  await isState(contact, 'circle', 'cancelling');
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);

  const member = await latchkey.member('told', contact);
  const past = new Date(Date.now() - 1000).toISOString();
  const circle = { ...member?.subscriptions?.circle, endsAt: past, paidUntil: past };
  await table.changeItem(`told#${contact}`, 'member', { subscriptions: { circle } });
  const ahead = (await latchkey.records('told', contact)).find(
    ({ command, receivedAt }) => command === 'subscription_look' && Date.parse(receivedAt) > Date.now(),
  );
  if (!ahead) throw new Error('nobody looks at its end');
  await table.makeOverdue(ahead);
  await latchkey.cloud.lambda('sweep').invoke({});
  await isState(contact, 'circle', 'ended');
  await haveTags(contact, [PAYMENT_TAGS.ended]);
});

test('a code that is used is cleared from its field', async () => {
  const { contact } = shop.newContact();
  await shop.send('aal_createcoupon', contact, { promoId: 'welcome' });
  const { code = '', id = '' } = (await latchkey.member('told', contact))?.coupons?.welcome ?? {};
  expect(shop.crm.contacts.get(contact)?.fields['11']).toBe(code);
  shop.stripe.owner.redeem(id);
  await eventually(async () => expect(shop.crm.contacts.get(contact)?.fields['11'] ?? '').toBe(''));
});

test('an event that comes twice at once, and again later, is looked at once', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  await isState(contact, 'club', 'active');
  const event = `evt_twice_${id}`;
  const deliver = async () => {
    const type = 'customer.subscription.updated';
    const answer = await postSigned({ id: event, type, data: { object: { id } } });
    return ((await answer.json()) as { status: string }).status;
  };
  expect((await Promise.all([deliver(), deliver()])).toSorted()).toEqual(['duplicate', 'queued']);
  expect(await deliver()).toBe('duplicate');
  await eventually(async () => {
    const looks = (await latchkey.records('told', contact)).filter(({ identity }) => identity === event);
    expect(looks.map(({ state }) => state).toSorted()).toEqual(['applied', 'duplicate', 'duplicate']);
  });
});

/** Posts an event as Stripe signs it. */
function postSigned(event: object): Promise<Response> {
  const body = JSON.stringify(event);
  const seconds = Math.floor(Date.now() / 1000);
  const { webhookSecrets } = shop.stripe.credentials as { webhookSecrets: string[] };
  const v1 = createHmac('sha256', webhookSecrets[0] ?? '')
    .update(`${seconds}.${body}`)
    .digest('hex');
  return fetch(`${latchkey.cloud.url}/payments/stripe?site=told`, {
    method: 'POST',
    headers: { 'stripe-signature': `t=${seconds},v1=${v1}` },
    body,
  });
}

describe('who posts', () => {
  const post = (path: string, headers: Record<string, string> = {}, body = '{"id":"evt_1"}') =>
    fetch(latchkey.cloud.url + path, { method: 'POST', headers, body });
  const items = async () => (await table.items()).length;

  test.each([
    ['Stripe without a signature', '/payments/stripe?site=told', {}, 401],
    ['Stripe with a wrong one', '/payments/stripe?site=told', { 'stripe-signature': 't=1,v1=00' }, 401],
    ['PayPal without one', '/payments/paypal?site=told', {}, 401],
    ['a site that sells nothing', '/payments/stripe?site=legacy', {}, 404],
    ['no site', '/payments/stripe', {}, 404],
  ])('%s is refused, and nothing is written', async (_, path, headers, status) => {
    const before = await items();
    const answer = await post(path, headers as Record<string, string>);
    expect(answer.status).toBe(status);
    expect(((await answer.json()) as { detail: string }).detail).not.toBe('');
    expect(await items()).toBe(before);
  });
});

test('every event was taken: none was answered with an error', async () => {
  const answered = [...(await shop.stripe.eventsAnswered()), ...(await shop.paypal.eventsAnswered())];
  expect(answered.length).toBeGreaterThan(10);
  expect(answered.filter(({ status }) => status !== 200)).toEqual([]);
});
