import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { KnownSubscription } from '../../../functions/store/members.ts';
import { FIELDS, PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { Shop } from '../../support/payments.ts';
import { siteApi } from '../../support/site-api.ts';
import { atStripe } from '../../support/subscriptions.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

let latchkey: TestLatchkey;
let shop: Shop;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  shop = new Shop(latchkey, 'academy');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => {
  shop.stripe.faults.clear();
  shop.paypal.faults.clear();
});

const DAY_MS = 86_400_000;
const revoke = (contact: string, productId: string) =>
  shop.send('aal_revokesubscription', contact, { productId });
const cancel = (contact: string, productId: string) =>
  shop.send('aal_cancelsubscription', contact, { productId });
/** With a parameter of its own, since identical ones within a minute count once. */
const charge = (contact: string, productId: string) =>
  shop.send('aal_chargesubscription', contact, { productId, time: String(++charges) });
let charges = 0;
const coupon = (contact: string) => shop.send('aal_createcoupon', contact, { promoId: 'welcome' });

/** What an earlier look left behind. */
async function know(
  contact: string,
  product: string,
  known: Omit<KnownSubscription, 'readAt'>,
): Promise<void> {
  const subscriptions = { [product]: { ...known, readAt: new Date().toISOString() } };
  await table.putItem({ pk: `academy#${contact}`, sk: 'member', subscriptions });
}

test('a product or a promotion that the site does not have is rejected with those that it has', async () => {
  const { contact } = shop.newContact();
  expect(await cancel(contact, 'clubb')).toMatchObject({
    state: 'rejected',
    reason: 'the site has no product clubb; it has: club, course, circle, retreat',
  });
  expect(await shop.send('aal_createcoupon', contact, { promoId: 'toString' })).toMatchObject({
    state: 'rejected',
    reason: 'the site has no promotion toString; it has: welcome',
  });
});

test('the site sees how long a cancelled member has access, and then that it has none', async () => {
  const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  const { reason } = await cancel(contact, 'club');
  const api = siteApi(latchkey, 'academy');
  const { body } = await api.visit(contact);
  expect(body.member).toMatchObject({
    access: expect.arrayContaining(['club']),
    subscriptions: { club: { state: 'cancelling', endsAt: expect.stringMatching(/^20.*Z$/) } },
  });
  expect(reason).toContain(body.member.subscriptions.club.endsAt);
  expect(shop.stripe.owner.read('subscription', id)).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
  });
  await revoke(contact, 'club');
  expect((await api.get(`/v1/members/${contact}`)).body).toMatchObject({
    access: [],
    subscriptions: { club: { state: 'ended' } },
  });
});

test('stopping the charges leaves the tags as they are', async () => {
  const { contact } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  const { reason } = await shop.send('aal_adminstopsubscription', contact, { productId: 'club' });
  expect(reason).toMatch(/^Stripe charges nothing more for sub_\w+; access unchanged$/);
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);
});

describe('a refund', () => {
  test.each([
    ['stripe', 'course', 'prod_course', 'gave 29.00 USD back'],
    ['paypal', 'retreat', 'P-RETREAT', 'gave 29.00 USD back'],
  ] as const)('is given at %s where the product says so', async (provider, product, item, words) => {
    const { contact } = shop.subscribe(provider, { state: 'active', item });
    expect((await revoke(contact, product)).reason).toContain(words);
  });

  test.each([
    ['stripe', 'course', 'prod_course', 'POST /v1/refunds', 'Stripe answered 400'],
    ['paypal', 'retreat', 'P-RETREAT', 'POST /v2/payments/captures/{id}/refund', 'PayPal answered 422'],
  ] as const)(
    'that %s refuses keeps nobody the access, and the record says both',
    async (provider, product, item, route, refusal) => {
      const { contact } = shop.subscribe(provider, { state: 'active', item });
      shop[provider].faults.next({ does: 'answer', status: Number(refusal.slice(-3)), route });
      const { state, reason } = await revoke(contact, product);
      expect(state).toBe('rejected');
      expect(reason).toMatch(new RegExp(`ended \\S+; tags applied; not given back: ${refusal}`));
      expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.ended]);
      expect((await latchkey.member('academy', contact))?.subscriptions?.[product]?.state).toBe('ended');
    },
  );

  test('is given though the CRM refuses the tags, and the record says both', async () => {
    const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_course' });
    shop.crm.faults.next({ does: 'answer', status: 422, route: 'POST /contactTags' });
    const { state, reason } = await revoke(contact, 'course');
    expect(state).toBe('rejected');
    expect(reason).toMatch(/; tags not applied: .*422.*; gave 29\.00 USD back$/);
    expect(shop.stripe.owner.chargesOf(id)).toMatchObject([{ refunded: true }]);
  });

  test('of which nothing is left is not made up for by an older payment, and the record says so', async () => {
    const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_course' });
    shop.stripe.owner.addPaidInvoice({ subscription: id, createdAt: Date.now() - DAY_MS });
    const [last] = shop.stripe.owner.chargesOf(id); // the newest first
    shop.stripe.owner.refund(last?.id ?? '');
    const { state, reason } = await revoke(contact, 'course');
    expect(state).toBe('applied');
    expect(reason).toMatch(/nothing of its last payment is left to give back$/);
    expect(shop.stripe.owner.chargesOf(id).filter(({ refunded }) => refunded)).toHaveLength(1);
  });

  test('is given where the payer had cancelled at PayPal, of which nobody has told yet', async () => {
    const { contact, id } = shop.subscribe('paypal', { state: 'active', item: 'P-RETREAT' });
    const paidUntil = new Date(Date.now() + DAY_MS).toISOString();
    await know(contact, 'retreat', { provider: 'paypal', id, state: 'active', paidUntil });
    shop.paypal.account.cancel(id);
    expect((await revoke(contact, 'retreat')).reason).toContain('gave 29.00 USD back');
    expect((await latchkey.member('academy', contact))?.subscriptions?.retreat?.state).toBe('ended');
  });

  test('is not given where the product does not say so, nor for what had ended before', async () => {
    const refunds = () => shop.stripe.owner.all('refund').length;
    const before = refunds();
    const { contact } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
    await revoke(contact, 'club');
    const ended = shop.subscribe('stripe', { state: 'cancelled', item: 'prod_course' });
    expect((await revoke(ended.contact, 'course')).reason).toMatch(/had ended before; tags applied$/);
    expect(refunds()).toBe(before);
  });
});

describe('whose a subscription is', () => {
  test('is found by the e-mail address where no metadata says it, and known from then on', async () => {
    const { contact, email } = shop.newContact();
    const { id, customer } = atStripe(shop.stripe, { state: 'active', item: 'prod_club', email });
    expect(await cancel(contact, 'club')).toMatchObject({ state: 'applied' });
    expect(await latchkey.member('academy', contact)).toMatchObject({
      customers: { stripe: customer },
      subscriptions: { club: { id } },
    });
    shop.stripe.requests.reset();
    await revoke(contact, 'club');
    expect(
      Object.keys(shop.stripe.requests.byRoute).filter((route) => /search|customers/.test(route)),
    ).toEqual([]);
  });

  test('is not guessed between two customers of one address', async () => {
    const { contact, email } = shop.newContact();
    const [one, two] = [1, 2].map(() => atStripe(shop.stripe, { state: 'active', item: 'prod_club', email }));
    const { state, reason = '' } = await cancel(contact, 'club');
    expect(state).toBe('rejected');
    for (const customer of [one?.customer, two?.customer]) expect(reason).toContain(customer);
    expect(reason).toContain(`academy:${contact}`);
    expect(reason).not.toContain('@');
    shop.stripe.owner.setMetadata(two?.customer ?? '', { contact: `academy:${contact}` });
    expect(await cancel(contact, 'club')).toMatchObject({ state: 'applied' });
    expect(shop.stripe.owner.read('subscription', one?.id ?? '').cancel_at_period_end).toBe(false);
    expect(shop.stripe.owner.read('subscription', two?.id ?? '').cancel_at_period_end).toBe(true);
  });

  test('is not guessed between two that live', async () => {
    const { contact, customer = '', id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
    const other = shop.stripe.owner.addSubscription({ customer, products: ['prod_club'] });
    const { state, reason } = await cancel(contact, 'club');
    expect(state).toBe('rejected');
    expect(reason).toMatch(/2 subscriptions of this contact to club/);
    for (const each of [id, other]) expect(reason).toContain(each);
  });

  test('is not that of another product by now, though it was known for this one', async () => {
    const { contact, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_course' });
    await know(contact, 'club', { provider: 'stripe', id, state: 'active' }); // before it was moved
    expect(await revoke(contact, 'club')).toMatchObject({ state: 'rejected' });
    expect(shop.stripe.owner.read('subscription', id).status).toBe('active');
    expect(await revoke(contact, 'course')).toMatchObject({ state: 'applied' });
  });

  test('is not that of who pays for a gift, though the gift is known', async () => {
    const giver = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
    const { contact } = shop.newContact();
    const metadata = { contact: shop.reference(contact) };
    const gift = shop.stripe.owner.addSubscription({
      ...{ customer: giver.customer ?? '', products: ['prod_course'], metadata },
    });
    expect((await cancel(contact, 'course')).reason).toContain(gift);
    expect((await latchkey.member('academy', contact))?.customers).toBeUndefined();
    expect(await cancel(contact, 'club')).toMatchObject({ state: 'rejected' });
    expect(shop.stripe.owner.read('subscription', giver.id).cancel_at_period_end).toBe(false);
  });

  test('metadata that names somebody else goes before the address', async () => {
    const { contact, email } = shop.newContact();
    atStripe(shop.stripe, { state: 'active', item: 'prod_club', email, reference: 'academy:999999' });
    expect(await cancel(contact, 'club')).toMatchObject({ state: 'rejected' });
  });
});

describe('charging', () => {
  test('pays the oldest invoice first, and ends where one is declined, with its code', async () => {
    const { contact, customer, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
    const old = shop.stripe.owner.addInvoice({
      subscription: id,
      amount: 500,
      createdAt: Date.now() - 2 * DAY_MS,
    });
    const older = shop.stripe.owner.addInvoice({
      subscription: id,
      amount: 900,
      createdAt: Date.now() - 3 * DAY_MS,
    });
    shop.stripe.owner.declineCard(customer, 'insufficient_funds');
    const { state, reason, attempts } = await charge(contact, 'club');
    expect({ state, reason, attempts }).toEqual({
      state: 'rejected',
      reason: `Stripe declined ${older} (9.00 USD): insufficient_funds`,
      attempts: 1,
    });
    shop.stripe.owner.declineCard(customer, undefined);
    expect((await charge(contact, 'club')).reason).toMatch(
      new RegExp(`^paid ${older} \\(9\\.00 USD\\); paid ${old} \\(5\\.00 USD\\)`),
    );
  });

  test('says what was paid before one was declined', async () => {
    const { contact, customer, id } = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
    const first = shop.stripe.owner.addInvoice({
      subscription: id,
      amount: 500,
      createdAt: Date.now() - 2 * DAY_MS,
    });
    const second = shop.stripe.owner.addInvoice({ subscription: id, amount: 700 });
    const { struck } = shop.stripe.faults;
    shop.stripe.faults.next({ does: 'answer', status: 429, route: 'POST /v1/invoices/{id}/pay' }); // not the first try
    const id0 = await latchkey.send('academy', 'aal_chargesubscription', {
      'contact[id]': contact,
      productId: 'club',
    });
    await eventually(async () => expect(shop.stripe.faults.struck).toBeGreaterThan(struck));
    shop.stripe.owner.payInvoice(first); // from outside, while the job waits
    shop.stripe.owner.declineCard(customer, 'expired_card');
    expect(await shop.final(contact, id0)).toMatchObject({
      state: 'rejected',
      reason: `paid ${first} (5.00 USD); Stripe declined ${second} (7.00 USD): expired_card`,
    });
    expect(shop.stripe.owner.chargesOf(id)).toHaveLength(2);
  }, 60_000);

  test('by a debit that takes days is no decline, and the record says how it stands', async () => {
    const { contact } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
    shop.stripe.faults.paysLater = true;
    expect(await charge(contact, 'club')).toMatchObject({
      state: 'applied',
      reason: expect.stringMatching(
        /^in_\w+ \(29\.00 USD\) is being paid, by a debit that takes days; past due/,
      ),
    });
  });

  test('two webhooks at once are one charge: identical ones count once, and another finds nothing left', async () => {
    const { contact, id } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
    const post = (more: Record<string, string> = {}) =>
      latchkey.send('academy', 'aal_chargesubscription', {
        'contact[id]': contact,
        productId: 'club',
        ...more,
      });
    const ids = await Promise.all([post(), post(), post({ again: '1' })]);
    const ended = await Promise.all(ids.map((each) => shop.final(contact, each)));
    expect(ended.map(({ state }) => state).sort()).toEqual(['applied', 'applied', 'duplicate']);
    expect(shop.stripe.owner.chargesOf(id)).toHaveLength(2); // that of its first period, and this one
  });

  test('what was past due and is paid loses its tag', async () => {
    const { contact, id } = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
    await know(contact, 'club', { provider: 'stripe', id, state: 'past_due' });
    shop.crm.contacts.addTag(contact, PAYMENT_TAGS.failed);
    expect((await charge(contact, 'club')).reason).toMatch(/; past due → active; tags applied$/);
    expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.customer]);
  });
});

describe('a coupon', () => {
  test('is a code of the promotion, for this customer, good once and until it expires', async () => {
    const { contact } = shop.newContact();
    const { state, reason } = await coupon(contact);
    expect(state).toBe('applied');
    const code = shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '';
    expect(code).toMatch(/^HEY(-[A-HJKMNP-Z2-9]{4}){3}$/);
    expect(reason).not.toContain(code);
    const made = shop.stripe.owner.all('promotion_code').find((each) => each.code === code);
    const customer = shop.stripe.owner.read('customer', made?.customer ?? '');
    expect(customer.metadata).toEqual({ contact: `academy:${contact}` });
    expect(made).toMatchObject({ max_redemptions: 1, active: true });
    expect(((made?.expires_at ?? 0) * 1000 - Date.now()) / DAY_MS).toBeCloseTo(14, 1);
    expect(shop.stripe.owner.all('coupon').map(({ percent_off }) => percent_off)).toContain(20);
  });

  test('that is good still stays the same when the webhook comes again', async () => {
    const { contact } = shop.newContact();
    await coupon(contact);
    const code = shop.crm.contacts.get(contact)?.fields[FIELDS.coupon];
    const again = await shop.send('aal_createcoupon', contact, { promoId: 'welcome', again: '1' });
    expect(again.reason).toContain('the code that it has');
    expect(shop.crm.contacts.get(contact)?.fields[FIELDS.coupon]).toBe(code);
  });

  test('that was used is another one the next time', async () => {
    const { contact } = shop.newContact();
    await coupon(contact);
    const code = shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '';
    shop.stripe.owner.redeem(
      shop.stripe.owner.all('promotion_code').find((each) => each.code === code)?.id ?? '',
    );
    await shop.send('aal_createcoupon', contact, { promoId: 'welcome', again: '1' });
    const next = shop.crm.contacts.get(contact)?.fields[FIELDS.coupon] ?? '';
    expect(next).toMatch(/^HEY-/);
    expect(next).not.toBe(code);
  });

  test('that has expired is cleared from its field by the sweep, unless something else stands there by now', async () => {
    const [holds, changed] = [shop.newContact().contact, shop.newContact().contact];
    for (const contact of [holds, changed]) {
      await coupon(contact);
      const [expiry] = (await latchkey.records('academy', contact)).filter(
        ({ command }) => command === 'coupon_look',
      );
      const member = await latchkey.member('academy', contact);
      const past = new Date(Date.now() - 1000).toISOString();
      const welcome = { ...member?.coupons?.welcome, expiresAt: past };
      await table.changeItem(`academy#${contact}`, 'member', { coupons: { welcome } });
      if (expiry) await table.makeOverdue(expiry);
    }
    shop.crm.contacts.edit(changed, { fields: { [FIELDS.coupon]: 'by hand' } });
    await latchkey.cloud.lambda('sweep').invoke({});
    for (const contact of [holds, changed]) {
      const [{ id } = { id: '' }] = (await latchkey.records('academy', contact)).filter(
        ({ command }) => command === 'coupon_look',
      );
      await latchkey.until('academy', contact, id, 'applied');
      expect((await latchkey.member('academy', contact))?.coupons).toEqual({});
    }
    expect(shop.crm.contacts.get(holds)?.fields[FIELDS.coupon] ?? '').toBe('');
    expect(shop.crm.contacts.get(changed)?.fields[FIELDS.coupon]).toBe('by hand');
  });
});

test('a provider in trouble is asked again, under the same key, and does nothing twice', async () => {
  // Side by side, since each waits for its back-off.
  const lost = shop.subscribe('stripe', { state: 'past due', item: 'prod_club' });
  const failing = shop.subscribe('stripe', { state: 'active', item: 'prod_course' });
  const refusing = shop.subscribe('stripe', { state: 'active', item: 'prod_club' });
  const broken = shop.subscribe('paypal', { state: 'active', item: 'P-CIRCLE' });
  const before = shop.stripe.faults.struck + shop.paypal.faults.struck;
  shop.stripe.faults.next({ does: 'reset', when: 'after', route: 'POST /v1/invoices/{id}/pay' });
  shop.stripe.faults.next({ does: 'answer', status: 500, route: 'POST /v1/refunds' });
  shop.stripe.faults.next({ does: 'answer', status: 401, route: 'POST /v1/subscriptions/{id}' });
  shop.paypal.faults.next({
    does: 'reset',
    when: 'after',
    route: 'POST /v1/billing/subscriptions/{id}/cancel',
  });
  const records = await Promise.all([
    charge(lost.contact, 'club'),
    revoke(failing.contact, 'course'),
    cancel(refusing.contact, 'club'),
    cancel(broken.contact, 'circle'),
  ]);
  expect(shop.stripe.faults.struck + shop.paypal.faults.struck).toBe(before + 4);
  expect(records.map(({ state, attempts }) => [state, attempts])).toEqual(records.map(() => ['applied', 2]));
  expect(shop.stripe.owner.chargesOf(lost.id)).toHaveLength(2); // that of its first period, and this one
  expect(shop.stripe.owner.chargesOf(failing.id).map(({ amount_refunded }) => amount_refunded)).toEqual([
    2900,
  ]);
  expect(shop.stripe.owner.read('subscription', refusing.id).cancel_at_period_end).toBe(true);
  expect(shop.paypal.account.subscription(broken.id).status).toBe('CANCELLED');
  expect(await latchkey.member('academy', broken.contact)).toMatchObject({
    subscriptions: { circle: { state: 'cancelling' } },
  });
}, 60_000);
