import { describe, expect, test } from '@jest/globals';
import { errorOf } from '../crm/fixtures/client.ts';
import {
  buyer,
  COURSE,
  client,
  DAY_MS,
  EMAIL,
  ofContact,
  open,
  REFERENCE,
  saying,
  stripe,
  subscribe,
} from './fixtures/stripe.ts';

describe('a subscription', () => {
  const IN_A_WEEK = Math.floor(Date.now() / 1000) * 1000 + 7 * DAY_MS;
  const until = { paidUntil: new Date(IN_A_WEEK).toISOString() };

  test.each([
    ['active', { status: 'active' }, { state: 'active' }],
    ['trialing', { status: 'trialing' }, { state: 'trialing' }],
    ['past due', { status: 'past_due' }, { state: 'past_due' }],
    ['unpaid', { status: 'unpaid' }, { state: 'past_due' }],
    ['paused by the end of its trial', { status: 'paused' }, { state: 'paused' }],
    ['one whose collection is paused', { paused: true }, { state: 'paused' }],
    [
      'one whose collection is paused and that is past due',
      { paused: true, status: 'past_due' },
      { state: 'paused' },
    ],
    [
      'one that ends with its period',
      { cancelAtPeriodEnd: true },
      { state: 'cancelling', endsAt: until.paidUntil },
    ],
    [
      'one that ends with its period and is past due and paused',
      { cancelAtPeriodEnd: true, status: 'past_due', paused: true },
      { state: 'cancelling', endsAt: until.paidUntil },
    ],
    [
      'one that ends at a time',
      { cancelAt: IN_A_WEEK - DAY_MS },
      { state: 'cancelling', endsAt: new Date(IN_A_WEEK - DAY_MS).toISOString() },
    ],
    [
      'one that has ended, whatever else is said',
      { status: 'canceled', cancelAtPeriodEnd: true, paused: true },
      { state: 'ended', endsAt: expect.any(String) },
    ],
  ] as const)('is read: %s', async (_, input, expected) => {
    const id = subscribe({ ...input, periodEnd: IN_A_WEEK });
    const customer = stripe.owner.read('subscription', id).customer;
    expect(await client.readSubscription(id)).toEqual({
      id,
      customer,
      items: [COURSE],
      ...(expected.state !== 'past_due' && until),
      ...expected,
    });
  });

  test.each(['incomplete', 'incomplete_expired'] as const)(
    'is none where its first payment never came: %s',
    async (status) => {
      const customer = stripe.owner.addCustomer(ofContact());
      const id = subscribe({ customer, status });
      expect(await client.readSubscription(id)).toBeUndefined();
      expect(await client.findSubscriptions(buyer(), [COURSE])).toEqual([]);
    },
  );

  test('names whose it is by its own metadata, else by its customer', async () => {
    const customer = stripe.owner.addCustomer(ofContact());
    const ofCustomer = subscribe({ customer });
    const ofItself = subscribe({ customer, ...ofContact('academy:7') });
    expect(await client.readSubscription(ofCustomer)).toMatchObject({ reference: REFERENCE });
    expect(await client.readSubscription(ofItself)).toMatchObject({ reference: 'academy:7' });
  });

  test("is its customer's, unless its own metadata alone says whose it is: somebody else may pay then", async () => {
    const [named, other, nameless] = [ofContact(), ofContact('academy:7'), {}].map((metadata) =>
      stripe.owner.addCustomer(metadata),
    );
    expect(await client.readSubscription(subscribe({ customer: named ?? '', ...ofContact() }))).toMatchObject(
      {
        customer: named,
      },
    );
    for (const customer of [other, nameless])
      expect(
        await client.readSubscription(subscribe({ customer: customer ?? '', ...ofContact() })),
      ).not.toHaveProperty('customer');
  });

  test('whose customer is deleted names nobody, and nobody pays for it', async () => {
    const customer = stripe.owner.addCustomer({ email: EMAIL, ...ofContact() });
    const id = subscribe({ customer });
    stripe.owner.deleteCustomer(customer);
    const subscription = await client.readSubscription(id);
    expect(subscription).toMatchObject({ state: 'ended', customer });
    expect(subscription).not.toHaveProperty('reference');
    expect(subscription && (await client.readEmail(subscription))).toBeUndefined();
  });

  test('tells all of its items, also those that Stripe does not give with it', async () => {
    const products = Array.from({ length: 14 }, (_, index) => `prod_${index}`);
    expect((await client.readSubscription(subscribe({ products })))?.items).toEqual(products);
  });

  test('is paid until the last of its items is', async () => {
    const periodEnd = [IN_A_WEEK, IN_A_WEEK + DAY_MS, IN_A_WEEK - DAY_MS];
    const id = subscribe({ products: ['prod_a', 'prod_b', 'prod_c'], periodEnd });
    const paidUntil = new Date(IN_A_WEEK + DAY_MS).toISOString();
    expect(await client.readSubscription(id)).toMatchObject({ paidUntil });
  });

  test('that is not there is undefined, and what cannot be an id is not asked for', async () => {
    expect(await client.readSubscription('sub_none')).toBeUndefined();
    stripe.requests.reset();
    for (const id of ['', '..', 'sub_1/../x', 'a b']) {
      expect(await client.readSubscription(id)).toBeUndefined();
      expect(await errorOf(client.cancelNow(id, 'k'))).toMatchObject({ name: 'Rejected' });
    }
    expect(stripe.requests.total).toBe(0);
  });

  test("is paid for under its customer's address", async () => {
    const subscription = await client.readSubscription(subscribe());
    expect(subscription && (await client.readEmail(subscription))).toBe(EMAIL);
  });
});

describe('a change', () => {
  const statusOf = (id: string) => stripe.owner.read('subscription', id).status;

  test('ends a subscription at once, and one that has ended stays so', async () => {
    const id = subscribe();
    await client.cancelNow(id, 'k1');
    expect(statusOf(id)).toBe('canceled');
    await client.cancelNow(id, 'k1');
    await client.cancelNow(id, 'k2');
  });

  test('has a subscription end with its period, and repeating it or its end is no error', async () => {
    const id = subscribe();
    await client.cancelAtPeriodEnd(id, 'k1');
    await client.cancelAtPeriodEnd(id, 'k2');
    expect(await client.readSubscription(id)).toMatchObject({ state: 'cancelling' });
    stripe.owner.endSubscription(id);
    await client.cancelAtPeriodEnd(id, 'k3');
    expect(statusOf(id)).toBe('canceled');
  });

  test('stops the charges of a subscription by voiding its invoices', async () => {
    const id = subscribe();
    await client.pause(id, 'k1');
    expect(stripe.owner.read('subscription', id).pause_collection).toMatchObject({ behavior: 'void' });
    expect(await client.readSubscription(id)).toMatchObject({ state: 'paused' });
  });

  test('of a subscription that is not there is refused', async () => {
    for (const change of [
      () => client.cancelNow('sub_none', 'k1'),
      () => client.cancelAtPeriodEnd('sub_none', 'k2'),
      () => client.pause('sub_none', 'k3'),
    ])
      expect(await errorOf(change())).toMatchObject({
        name: 'Rejected',
        message: saying('404: resource_missing, at id'),
      });
  });

  test('whose answer is lost happens once under its key', async () => {
    const subscription = subscribe();
    stripe.owner.addInvoice({ subscription, amount: 500 });
    const [invoice] = await client.outstanding(subscription);
    if (!invoice) throw new Error('there is no invoice');
    stripe.faults.next({ does: 'reset', when: 'after', route: 'POST /v1/invoices/{id}/pay' });
    expect(await errorOf(client.pay(invoice, 'k1'))).toMatchObject({ name: 'Unavailable' });
    expect(await client.pay(invoice, 'k1')).toEqual({ outcome: 'paid' });
    expect(stripe.owner.chargesOf(subscription)).toHaveLength(1);
  });

  test('under a key that Stripe repeats a 500 for is asked for under the next one', async () => {
    const id = subscribe();
    stripe.faults.next({ does: 'answer', status: 500, when: 'after' });
    expect(await errorOf(client.pause(id, 'k1'))).toMatchObject({ name: 'Unavailable' });
    await client.pause(id, 'k1');
    expect(stripe.owner.read('subscription', id).pause_collection).toMatchObject({ behavior: 'void' });
  });

  test('that Stripe saved a 500 for, though it was done, is not done twice', async () => {
    const subscription = subscribe();
    stripe.owner.addPaidInvoice({ subscription });
    const payment = await client.lastPayment(subscription);
    if (!payment) throw new Error('there is no payment');
    stripe.faults.next({ does: 'answer', status: 500, when: 'after', route: 'POST /v1/refunds' });
    expect(await errorOf(client.refund(payment, 'k1'))).toMatchObject({ name: 'Unavailable' });
    await client.refund(payment, 'k1');
    expect(stripe.owner.all('refund')).toHaveLength(1);
  });
});

describe('an error', () => {
  test.each([
    [500, 'Unavailable', '500'],
    [503, 'Unavailable', '503'],
    [409, 'Unavailable', '409: lock_timeout'],
    [400, 'Rejected', '400'],
    [402, 'Rejected', '402'],
  ])('%i is %s, with what the Dashboard knows it by', async (status, name, what) => {
    stripe.faults.next({ does: 'answer', status });
    expect(await errorOf(client.readSubscription('sub_1'))).toMatchObject({ name, message: saying(what) });
  });

  test('429 says when to come back', async () => {
    stripe.faults.next({ does: 'answer', status: 429, headers: { 'retry-after': '7' } });
    expect(await errorOf(client.outstanding('sub_1'))).toMatchObject({ retryAfterMs: 7_000 });
    stripe.faults.next({ does: 'answer', status: 429 });
    expect(await errorOf(client.outstanding('sub_1'))).toMatchObject({
      name: 'Throttled',
      retryAfterMs: 5_000,
    });
  });

  test('of the key says where the key is', async () => {
    const check = "check the key in the site's `stripe` parameter.";
    const other = await open({ credentials: { key: 'sk_test_wrong' } });
    expect(await errorOf(other.readSubscription('sub_1'))).toMatchObject({
      name: 'Unavailable',
      message: `Stripe answered 401: ${check}`,
    });
    stripe.faults.next({ does: 'answer', status: 403 });
    expect(await errorOf(client.readSubscription('sub_1'))).toMatchObject({
      name: 'Unavailable',
      message: `Stripe answered 403: ${check}`,
    });
  });

  test.each(['reset', 'malformed'] as const)('in the connection is tried again later: %s', async (does) => {
    stripe.faults.next({ does });
    expect(await errorOf(client.readSubscription('sub_1'))).toMatchObject({ name: 'Unavailable' });
    expect(stripe.requests.total).toBe(1);
  });

  test('comes in time where Stripe hangs, and no request begins where there is none', async () => {
    stripe.faults.next({ does: 'hang' });
    const hurried = await open({ remainingMs: () => 2_050 });
    const { name, message } = await errorOf(hurried.readSubscription('sub_1'));
    expect(name).toBe('Unavailable');
    expect(message).toMatch(/^Stripe did not answer: TimeoutError/); // the SDK's own would come after 20 seconds
    const late = await open({ remainingMs: () => 2_000 });
    expect(await errorOf(late.readSubscription('sub_1'))).toMatchObject({ name: 'OutOfTime' });
    expect(stripe.requests.total).toBe(1);
  });

  test('of one key with two meanings is refused', async () => {
    await client.pause(subscribe(), 'k1');
    expect(await errorOf(client.pause(subscribe(), 'k1'))).toMatchObject({
      name: 'Rejected',
      message: saying('400'),
    });
  });

  test('under a key that is under way is tried again later', async () => {
    const id = subscribe();
    stripe.faults.latencyMs = 200;
    const both = await Promise.allSettled([client.pause(id, 'k1'), client.pause(id, 'k1')]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'Unavailable', message: saying('409: idempotency_key_in_use') },
    });
  });

  test('in a state that Stripe does not document is no guess', async () => {
    const id = subscribe({ status: 'dormant' as never });
    expect(await errorOf(client.readSubscription(id))).toMatchObject({ name: 'Unavailable' });
  });

  test("never quotes Stripe's words, which may hold an address or the key", async () => {
    stripe.faults.quotes = true;
    const ended = subscribe({ status: 'canceled' });
    const errors: string[] = [];
    const note = async (call: Promise<unknown>) => errors.push(String(await errorOf(call)));
    for (const status of [400, 401, 402, 403, 404, 409, 429, 500]) {
      stripe.faults.next({ does: 'answer', status, route: 'GET /v1/customers' });
      await note(client.findSubscriptions(buyer({ reference: 'academy:1' }), [COURSE]));
      stripe.faults.next({ does: 'answer', status, route: 'POST /v1/customers' });
      await note(client.customerOf(buyer({ email: async () => `x${status}@example.com` }), `k${status}`));
    }
    await note(client.pause(ended, 'k1'));
    await note((await open({ credentials: { key: 'sk_test_wrong' } })).readSubscription('sub_1'));
    expect(errors).toHaveLength(18);
    for (const secret of ['@', '%40', 'sk_test', 'simulator'])
      expect(errors.join('\n')).not.toContain(secret);
  });
});
