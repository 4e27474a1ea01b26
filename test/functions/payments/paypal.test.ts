import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Buyer, PaymentProvider } from '../../../functions/payments/provider.ts';
import { type PayPalSimulator, startPayPal } from '../../../local/payment-simulators/paypal.ts';
import { findCanary } from '../../support/canaries.ts';
import { errorOf } from '../crm/fixtures/client.ts';

const PLAN = 'P-5ML4271244454362WXNWU5NQ';
const OTHER_PLAN = 'P-7GL4271244454362WXNWU5NQ';
const EMAIL = 'canary.birdwell@private.example';
const ROUTES = {
  token: 'POST /v1/oauth2/token',
  list: 'GET /v1/billing/subscriptions',
  read: 'GET /v1/billing/subscriptions/{id}',
  cancel: 'POST /v1/billing/subscriptions/{id}/cancel',
  payments: 'GET /v1/billing/subscriptions/{id}/transactions',
  refund: 'POST /v2/payments/captures/{id}/refund',
};

let paypal: PayPalSimulator;
let client: PaymentProvider;
beforeEach(async () => {
  paypal = await startPayPal();
  client = await open();
});
afterEach(() => paypal.close());

/** The client as jobs open it, with what the site's parameter holds. */
async function open(changes: object = {}, remainingMs = () => 120_000): Promise<PaymentProvider> {
  const { definition } = await import('../../../functions/payments/paypal/definition.ts');
  const credentials = definition.credentials.parse({ ...paypal.credentials, ...changes });
  return definition.open({ credentials, remainingMs });
}

const buyer = (changes: Partial<Buyer> = {}): Buyer => ({
  reference: 'academy:42',
  email: async () => EMAIL,
  ...changes,
});

/** A buyer whose address must not be asked for. */
const nameless = buyer({
  email: () => {
    throw new Error('the address was asked for');
  },
});

const ids = async (found: Promise<{ id: string }[]>): Promise<string[]> => (await found).map(({ id }) => id);

describe('what a subscription is in', () => {
  const NEXT = '2027-01-24T10:00:00Z';

  test.each([
    ['ACTIVE', {}, 'active'],
    ['APPROVED', {}, 'active'],
    ['ACTIVE', { isOnTrial: true }, 'trialing'],
    ['ACTIVE', { failedPayments: 1 }, 'past_due'],
    ['ACTIVE', { isOnTrial: true, failedPayments: 1 }, 'past_due'],
    ['SUSPENDED', {}, 'paused'],
    ['SUSPENDED', { failedPayments: 3 }, 'past_due'],
    ['EXPIRED', {}, 'ended'],
    ['CANCELLED', {}, 'ended'],
  ] as const)('%s with %o: %s', async (status, options, state) => {
    const id = paypal.account.createSubscription({ plan: PLAN, status, ...options });
    expect(await client.readSubscription(id)).toMatchObject({ id, state, items: [PLAN] });
  });

  test('what was never agreed to is none', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, status: 'APPROVAL_PENDING' });
    expect(await client.readSubscription(id)).toBeUndefined();
    expect(await client.readSubscription('I-UNKNOWN')).toBeUndefined();
  });

  test('one that runs says until when it is paid, whose it is, and nothing of an end', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, nextBillingAt: NEXT, customId: 'academy:42' });
    expect(await client.readSubscription(id)).toEqual({
      ...{
        id,
        state: 'active',
        paidUntil: new Date(NEXT).toISOString(),
        items: [PLAN],
        reference: 'academy:42',
      },
    });
  });

  test('after the trial it is active', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, isOnTrial: true });
    paypal.account.pay(id);
    expect(await client.readSubscription(id)).toMatchObject({ state: 'active' });
  });

  test('one whose payment failed is paid until no time that PayPal tells', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN });
    paypal.account.failPayment(id);
    expect(await client.readSubscription(id)).toEqual({ id, state: 'past_due', items: [PLAN] });
  });

  test('a cancelled one is paid out and says when it ended; an expired one had nothing more to come', async () => {
    const [cancelled, expired] = ['', ''].map(() => paypal.account.createSubscription({ plan: PLAN }));
    paypal.account.cancel(cancelled as string);
    paypal.account.expire(expired as string);
    const endsAt = (id = '') => new Date(paypal.account.subscription(id).statusChangedAt).toISOString();
    expect(await client.readSubscription(cancelled as string)).toEqual({
      ...{ id: cancelled, state: 'ended', endsAt: endsAt(cancelled), isPaidOut: true, items: [PLAN] },
    });
    expect(await client.readSubscription(expired as string)).toEqual({
      ...{ id: expired, state: 'ended', endsAt: endsAt(expired), items: [PLAN] },
    });
  });

  test('the address is that of the payer', async () => {
    const [known, unknown] = [{ email: EMAIL }, {}].map((payer) =>
      paypal.account.createSubscription({ plan: PLAN, ...payer }),
    );
    const emailOf = (id = '') => client.readEmail({ id, state: 'active', items: [] });
    expect(await emailOf(known)).toBe(EMAIL);
    expect(await emailOf(unknown)).toBeUndefined();
  });
});

describe('finding a buyer', () => {
  const strangers = (count: number): void => {
    for (let i = 0; i < count; i++)
      paypal.account.createSubscription({ plan: PLAN, email: `s${i}@example.com` });
  };

  test('by the reference, without asking for the address', async () => {
    strangers(2);
    const mine = paypal.account.createSubscription({
      plan: PLAN,
      customId: 'academy:42',
      email: 'x@example.com',
    });
    paypal.account.createSubscription({ plan: PLAN, customId: 'academy:421', email: EMAIL });
    expect(await ids(client.findSubscriptions(nameless, [PLAN]))).toEqual([mine]);
  });

  test("by the address, in any case, unless the reference is another contact's", async () => {
    const email = ` ${EMAIL.toUpperCase()}`;
    paypal.account.createSubscription({ plan: PLAN, customId: 'academy:43', email });
    paypal.account.createSubscription({ plan: PLAN, customId: 'shop:42', email });
    const plain = paypal.account.createSubscription({ plan: PLAN, email });
    const numbered = paypal.account.createSubscription({ plan: PLAN, customId: 'order-1234', email });
    expect(await ids(client.findSubscriptions(buyer(), [PLAN]))).toEqual([plain, numbered]);
  });

  test('only among the plans that are asked for', async () => {
    paypal.account.createSubscription({ plan: 'P-UNASKED', customId: 'academy:42' });
    const mine = [PLAN, OTHER_PLAN].map((plan) =>
      paypal.account.createSubscription({ plan, customId: 'academy:42' }),
    );
    expect(await ids(client.findSubscriptions(nameless, [PLAN, OTHER_PLAN]))).toEqual(mine);
  });

  test('on the last of several pages, and all that match', async () => {
    strangers(25);
    const first = paypal.account.createSubscription({ plan: PLAN, email: EMAIL });
    strangers(20);
    const second = paypal.account.createSubscription({ plan: PLAN, email: EMAIL });
    expect(await ids(client.findSubscriptions(buyer(), [PLAN]))).toEqual([first, second]);
    expect(paypal.requests.byRoute[ROUTES.list]).toBe(3);
    expect(paypal.requests.byRoute[ROUTES.read]).toBeUndefined();
  });

  test('one that has ended is found where none lives', async () => {
    const ended = paypal.account.createSubscription({ plan: PLAN, customId: 'academy:42' });
    paypal.account.cancel(ended);
    expect(await ids(client.findSubscriptions(nameless, [PLAN]))).toEqual([ended]);
    expect(paypal.requests.byRoute[ROUTES.list]).toBe(2);
  });

  test('those that have ended are not read where one lives', async () => {
    paypal.account.expire(paypal.account.createSubscription({ plan: PLAN, customId: 'academy:42' }));
    const living = paypal.account.createSubscription({ plan: PLAN, email: EMAIL });
    expect(await ids(client.findSubscriptions(buyer(), [PLAN]))).toEqual([living]);
    expect(paypal.requests.byRoute[ROUTES.list]).toBe(1);
  });

  test('in vain, where there is none, or no address to look for', async () => {
    strangers(1);
    paypal.account.createSubscription({ plan: PLAN });
    expect(await client.findSubscriptions(buyer(), [PLAN])).toEqual([]);
    expect(await client.findSubscriptions(buyer({ email: async () => undefined }), [PLAN])).toEqual([]);
    expect(await client.findSubscriptions(buyer({ email: async () => ' ' }), [PLAN])).toEqual([]);
  });

  test('one by one, where the list does not say who pays', async () => {
    paypal.faults.omitFromLists = new Set(['subscriber', 'custom_id', 'billing_info']);
    strangers(2);
    const byEmail = paypal.account.createSubscription({ plan: PLAN, email: EMAIL });
    expect(await client.findSubscriptions(buyer(), [PLAN])).toMatchObject([{ id: byEmail, state: 'active' }]);
    const byReference = paypal.account.createSubscription({ plan: PLAN, customId: 'academy:42' });
    expect(await ids(client.findSubscriptions(nameless, [PLAN]))).toEqual([byReference]);
    expect(paypal.requests.byRoute[ROUTES.read]).toBe(3 + 4);
  });

  test('with what it is in, where the list does not say how it is billed', async () => {
    paypal.faults.omitFromLists.add('billing_info');
    paypal.account.createSubscription({ plan: PLAN, customId: 'academy:42', isOnTrial: true });
    paypal.account.createSubscription({ plan: PLAN, email: 's@example.com' });
    expect(await client.findSubscriptions(nameless, [PLAN])).toMatchObject([{ state: 'trialing' }]);
    expect(paypal.requests.byRoute[ROUTES.read]).toBe(1);
  });

  test('among more plans than an address holds: in several lists', async () => {
    const plans = Array.from(
      { length: 70 },
      (_, i) => `P-5ML4271244454362WXNWU5${String(i).padStart(2, '0')}`,
    );
    const mine = [plans[0], plans[69]].map((plan = '') =>
      paypal.account.createSubscription({ plan, customId: 'academy:42' }),
    );
    expect(await ids(client.findSubscriptions(nameless, plans))).toEqual(mine);
    expect(paypal.requests.byRoute[ROUTES.list]).toBe(2);
  });

  test('until the time runs out, between two pages, which counts as a failure', async () => {
    strangers(45);
    const remaining = [60_000, 60_000, 60_000, 60_000, 60_000, 4_000];
    const hurried = await open({}, () => remaining.shift() ?? 4_000);
    expect(await errorOf(hurried.findSubscriptions(buyer(), [PLAN]))).toMatchObject({ name: 'Unavailable' });
    expect(paypal.requests.byRoute[ROUTES.list]).toBeLessThan(3);
  });

  test('not in a plan that has more than a worker has the time for: then an event has to tell', async () => {
    strangers(3_001);
    expect(await errorOf(client.findSubscriptions(buyer(), [PLAN]))).toMatchObject({
      name: 'Rejected',
      message: expect.stringContaining('more subscriptions at PayPal than the 3000'),
    });
    expect(paypal.requests.byRoute[ROUTES.list]).toBe(150);
  });
});

describe('ending', () => {
  test.each(['cancelNow', 'cancelAtPeriodEnd'] as const)(
    '%s cancels, and a repeat is no error',
    async (end) => {
      const id = paypal.account.createSubscription({ plan: PLAN });
      await client[end](id, 'key-1');
      expect(await client.readSubscription(id)).toMatchObject({ state: 'ended', isPaidOut: true });
      await client[end](id, 'key-1');
    },
  );

  test('an answer that was lost is made up for by the next attempt', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN });
    paypal.faults.next({ does: 'reset', when: 'after', route: ROUTES.cancel });
    expect(await errorOf(client.cancelNow(id, 'key-1'))).toMatchObject({ name: 'Unavailable' });
    await client.cancelNow(id, 'key-1');
    expect(paypal.account.subscription(id).status).toBe('CANCELLED');
  });

  test('what cannot be cancelled and has not ended is refused', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, status: 'APPROVED' });
    expect(await errorOf(client.cancelNow(id, 'key-1'))).toMatchObject({
      name: 'Rejected',
      message: `PayPal answered 422 UNPROCESSABLE_ENTITY SUBSCRIPTION_STATUS_INVALID to cancelling ${id}`,
    });
    expect(await errorOf(client.cancelNow('I-UNKNOWN', 'key-1'))).toMatchObject({ name: 'Rejected' });
  });

  test('what PayPal cannot do is refused without a request', async () => {
    const discount = { percentOff: 10 };
    const code = { code: 'X', customer: 'c', discountName: 'd', discount, expiresAt: '2027-01-01T00:00:00Z' };
    const id = paypal.account.createSubscription({ plan: PLAN });
    const invoice = { id, due: { amount: 1, currency: 'USD' } };
    for (const [call, reason] of [
      [client.pause(id, 'k'), 'aal_adminstopsubscription is not for PayPal'],
      [client.outstanding(id), 'aal_chargesubscription is not for PayPal'],
      [client.pay(invoice, 'k'), 'aal_chargesubscription is not for PayPal'],
      [client.customerOf(buyer(), 'k'), 'PayPal has no promotion codes'],
      [client.createPromotionCode(code, 'k'), 'PayPal has no promotion codes'],
      [client.isUsable('X'), 'PayPal has no promotion codes'],
    ] as const) {
      expect(await errorOf(call)).toMatchObject({
        name: 'Rejected',
        message: expect.stringContaining(reason),
      });
    }
    expect(paypal.requests.total).toBe(0);
  });
});

describe('giving back', () => {
  const ago = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();

  test('the last payment is the latest that brought something', async () => {
    const id = paypal.account.createSubscription({
      plan: PLAN,
      payments: [
        { time: ago(70), value: '19.5' },
        { time: ago(50), status: 'REFUNDED' },
        { time: ago(5), status: 'DECLINED' },
        { time: ago(4), value: '0.0' },
        { id: 'PARTLY', time: ago(40), value: '1029.99', status: 'PARTIALLY_REFUNDED' },
        { time: ago(400) },
      ],
    });
    expect(await client.lastPayment(id)).toEqual({
      id: 'PARTLY',
      amount: { amount: 102_999, currency: 'USD' },
    });
    expect(paypal.requests.byRoute[ROUTES.payments]).toBe(1);
  });

  test.each(['REFUNDED', 'PENDING'] as const)(
    'where the last payment is %s, none is given back: an older one was for another time',
    async (status) => {
      const payments = [{ time: ago(40) }, { time: ago(10), status }];
      const id = paypal.account.createSubscription({ plan: PLAN, payments });
      expect(await client.lastPayment(id)).toBeUndefined();
    },
  );

  test('it is looked for three years back, and no further', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, payments: [{ id: 'OLD', time: ago(800) }] });
    expect(await client.lastPayment(id)).toMatchObject({ id: 'OLD' });
    const older = paypal.account.createSubscription({ plan: PLAN, payments: [{ time: ago(1200) }] });
    expect(await client.lastPayment(older)).toBeUndefined();
    expect(await client.lastPayment('I-UNKNOWN')).toBeUndefined();
  });

  test.each([
    ['29.00', 'USD', 2900],
    ['0.29', 'EUR', 29],
    ['1.1', 'USD', 110],
    ['2900', 'JPY', 2900],
    ['1.234', 'KWD', 1234],
    ['90071992547409.91', 'USD', 9_007_199_254_740_991],
  ])('%s %s is %d of the smallest unit', async (value, currency, amount) => {
    const id = paypal.account.createSubscription({
      plan: PLAN,
      payments: [{ time: ago(1), value, currency }],
    });
    expect((await client.lastPayment(id))?.amount).toEqual({ amount, currency });
  });

  test.each([
    ['29.001', 'USD'],
    ['1.5', 'JPY'],
    ['a lot', 'USD'],
  ])('%s %s is no amount that anybody acts upon', async (value, currency) => {
    const id = paypal.account.createSubscription({
      plan: PLAN,
      payments: [{ time: ago(1), value, currency }],
    });
    expect(await errorOf(client.lastPayment(id))).toMatchObject({ name: 'Unavailable' });
  });

  test('a payment is given back once, however often it is asked for', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN, payments: [{ time: ago(1) }] });
    const payment = await client.lastPayment(id);
    if (!payment) throw new Error('there is no payment');
    paypal.faults.next({ does: 'reset', when: 'after', route: ROUTES.refund });
    expect(await errorOf(client.refund(payment, 'key-1'))).toMatchObject({ name: 'Unavailable' });
    await client.refund(payment, 'key-1');
    await client.refund(payment, 'key-2');
    expect(paypal.account.refunds).toMatchObject([
      { capture: payment.id, requestId: 'key-1', value: '29.00', currency: 'USD' },
    ]);
    expect(await client.lastPayment(id)).toBeUndefined();
  });

  test('what cannot be given back is refused', async () => {
    const payments = [{ id: 'PENDING1', time: ago(1), status: 'PENDING' as const }];
    paypal.account.createSubscription({ plan: PLAN, payments });
    const payment = { id: 'PENDING1', amount: { amount: 2900, currency: 'USD' } };
    expect(await errorOf(client.refund(payment, 'key-1'))).toMatchObject({
      name: 'Rejected',
      message: 'PayPal answered 422 UNPROCESSABLE_ENTITY REFUND_NOT_ALLOWED to refunding PENDING1',
    });
  });
});

describe('the token', () => {
  const read = (by = client) => by.readSubscription('I-UNKNOWN');
  const tokensGiven = () => paypal.requests.byRoute[ROUTES.token];

  test('is asked for once by all clients of an account', async () => {
    await Promise.all([read(), read(), read(await open())]);
    await read(await open());
    expect(tokensGiven()).toBe(1);
  });

  test('is asked for anew shortly before it ends', async () => {
    paypal.faults.tokenSeconds = 59;
    await read();
    await read();
    expect(tokensGiven()).toBe(2);
  });

  test('is asked for anew when it is not taken any more, in the same call', async () => {
    await read();
    paypal.endTokens();
    expect(await read()).toBeUndefined();
    expect(tokensGiven()).toBe(2);
  });

  test('is asked for anew only once', async () => {
    paypal.faults.next({ does: 'answer', status: 401, times: 10, route: ROUTES.read });
    expect(await errorOf(read())).toMatchObject({ name: 'Unavailable' });
    expect(paypal.requests.byRoute[ROUTES.read]).toBe(2);
  });

  test("is nobody else's: whoever has the id alone gets none", async () => {
    await read();
    const impostor = await open({ clientSecret: 'guessed' });
    expect(await errorOf(read(impostor))).toMatchObject({
      name: 'Unavailable',
      message: expect.stringContaining("check the site's `paypal` parameter"),
    });
  });

  test('that is refused is no fault of the job', async () => {
    paypal.faults.next({ does: 'answer', status: 400, route: ROUTES.token });
    expect(await errorOf(read())).toMatchObject({ name: 'Unavailable' });
  });

  test('that could not be had is asked for again by the next', async () => {
    paypal.faults.next({ does: 'answer', status: 503, route: ROUTES.token });
    expect(await errorOf(read())).toMatchObject({ name: 'Unavailable' });
    expect(await read()).toBeUndefined();
  });
});

describe('errors', () => {
  const read = (by = client) => by.readSubscription('I-1');
  const answering = (status: number, headers = {}) =>
    paypal.faults.next({ does: 'answer', status, headers, route: ROUTES.read });

  test.each([
    [400, 'Rejected'],
    [403, 'Unavailable'],
    [408, 'Unavailable'],
    [409, 'Unavailable'],
    [422, 'Rejected'],
    [429, 'Throttled'],
    [500, 'Unavailable'],
    [503, 'Unavailable'],
  ])('%d is %s', async (status, name) => {
    answering(status);
    expect(await errorOf(read())).toMatchObject({ name, message: expect.stringContaining(`${status} `) });
  });

  test.each([
    [{ 'retry-after': '30' }, 30_000],
    [{}, 5_000],
    [{ 'retry-after': '999999' }, 3_600_000],
  ])('a 429 with %o is waited for %d ms', async (headers, retryAfterMs) => {
    answering(429, headers);
    expect(await errorOf(read())).toMatchObject({ name: 'Throttled', retryAfterMs });
  });

  test.each(['reset', 'malformed'] as const)('%s is one to try again', async (does) => {
    paypal.faults.next({ does, route: ROUTES.read });
    expect(await errorOf(read())).toMatchObject({ name: 'Unavailable' });
  });

  test('a redirect is not followed: whoever it leads to would get the token', async () => {
    answering(302, { location: `${paypal.url}/v1/billing/subscriptions/I-2` });
    expect(await errorOf(read())).toMatchObject({ name: 'Unavailable' });
    expect(paypal.requests.byRoute[ROUTES.read]).toBe(1);
  });

  test('no request waits longer than the work may take', async () => {
    await read();
    paypal.faults.next({ does: 'hang', route: ROUTES.read });
    const started = Date.now();
    expect(await errorOf(read(await open({}, () => 1_200)))).toMatchObject({ name: 'Unavailable' });
    expect(Date.now() - started).toBeLessThan(1_200);
  });

  test('with no time left nothing is asked', async () => {
    expect(await errorOf(read(await open({}, () => 900)))).toMatchObject({ name: 'OutOfTime' });
    expect(paypal.requests.total).toBe(0);
  });

  test.each([400, 401, 403, 409, 422, 429, 500])(
    'of a %d that quotes everything, nothing is told',
    async (status) => {
      const { clientId, clientSecret } = paypal.credentials;
      const secrets = [EMAIL, clientId, clientSecret];
      paypal.faults.quoted = secrets;
      paypal.account.createSubscription({ plan: PLAN, email: EMAIL });
      const told: string[] = [];
      for (const route of [ROUTES.list, ROUTES.token]) {
        paypal.faults.next({ does: 'answer', status, route, times: 2 });
        const error = await errorOf((await open()).findSubscriptions(buyer(), [PLAN]));
        for (let each: unknown = error; each instanceof Error; each = each.cause)
          told.push(String(each.stack), each.message, JSON.stringify(each));
        paypal.faults.clear();
        paypal.faults.quoted = secrets;
        paypal.endTokens();
      }
      expect(secrets.flatMap((secret) => findCanary(secret, told))).toEqual([]);
    },
  );
});
