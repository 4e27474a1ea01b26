import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import SDK from 'stripe';
import {
  type StripeOptions,
  type StripeSimulator,
  startStripe,
} from '../../../local/payment-simulators/stripe.ts';

let stripe: StripeSimulator;
let sdk: SDK;
beforeEach(async () => {
  await start({ eventDelaysMs: [0, 10, 20] });
});
afterEach(() => stripe.close());

async function start(options: StripeOptions): Promise<void> {
  stripe = await startStripe(options);
  sdk = openSdk();
}

function openSdk(key = String(stripe.credentials.key)): SDK {
  const { hostname, port } = new URL(stripe.url);
  return new SDK(key, { protocol: 'http', host: hostname, port, maxNetworkRetries: 0, telemetry: false });
}

const errorOf = (call: Promise<unknown>): Promise<InstanceType<typeof SDK.errors.StripeError>> =>
  call.then(
    () => {
      throw new Error('no error was thrown');
    },
    (error) => error,
  );

const isReplayed = ({ lastResponse }: { lastResponse: { headers: Record<string, string> } }): boolean =>
  lastResponse.headers['idempotent-replayed'] === 'true';

const aSubscription = (customer = stripe.owner.addCustomer()): string =>
  stripe.owner.addSubscription({ customer, products: ['prod_1'] });

describe('an idempotency key', () => {
  const KEY = { idempotencyKey: 'k1' };
  const create = (email = 'a@example.com', options = KEY) => sdk.customers.create({ email }, options);

  test('with the same parameters repeats the answer, and nothing happens again', async () => {
    const first = await create();
    const second = await create();
    expect(second).toEqual(first);
    expect([first, second].map(isReplayed)).toEqual([false, true]);
    expect(stripe.owner.all('customer')).toHaveLength(1);
  });

  test('with other parameters, or on another path, is an error', async () => {
    await create();
    for (const call of [() => create('b@example.com'), () => sdk.coupons.create({ percent_off: 1 }, KEY)])
      expect(await errorOf(call())).toMatchObject({
        type: 'StripeIdempotencyError',
        rawType: 'idempotency_error',
        statusCode: 400,
      });
    expect(stripe.owner.all('coupon')).toEqual([]);
  });

  test('that is under way is in use', async () => {
    stripe.faults.latencyMs = 100;
    const both = await Promise.allSettled([create(), create()]);
    expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { statusCode: 409, code: 'idempotency_key_in_use' },
    });
    stripe.faults.latencyMs = 0;
    expect(isReplayed(await create())).toBe(true);
  });

  test('saves no request that was refused before it began', async () => {
    expect(await errorOf(sdk.coupons.create({ percent_off: 1, amount_off: 1 }, KEY))).toMatchObject({
      statusCode: 400,
    });
    expect(await errorOf(sdk.coupons.create({ percent: 1 } as never, KEY))).toMatchObject({
      code: 'parameter_unknown',
      param: 'percent',
    });
    expect(await sdk.coupons.create({ percent_off: 1 }, KEY)).toMatchObject({ percent_off: 1 });
  });

  test('saves a declined card', async () => {
    const customer = stripe.owner.addCustomer();
    const invoice = stripe.owner.addInvoice({ subscription: aSubscription(customer) });
    stripe.owner.declineCard(customer, 'insufficient_funds');
    const pay = () => sdk.invoices.pay(invoice, {}, KEY);
    const declined = { statusCode: 402, code: 'card_declined', decline_code: 'insufficient_funds' };
    expect(await errorOf(pay())).toMatchObject(declined);
    stripe.owner.declineCard(customer, undefined);
    const repeated = await errorOf(pay());
    expect(repeated).toMatchObject(declined);
    expect(repeated.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(stripe.owner.read('invoice', invoice)).toMatchObject({ status: 'open', attempt_count: 1 });
  });

  test('saves a 500 that came after it was done', async () => {
    stripe.faults.next({ does: 'answer', status: 500, when: 'after' });
    expect(await errorOf(create())).toMatchObject({ statusCode: 500 });
    const repeated = await errorOf(create());
    expect(repeated).toMatchObject({ statusCode: 500 });
    expect(repeated.headers).toMatchObject({ 'idempotent-replayed': 'true' });
    expect(stripe.owner.all('customer')).toHaveLength(1);
  });

  test('saves what was done where only its answer was lost', async () => {
    stripe.faults.next({ does: 'reset', when: 'after' });
    // The SDK asks again by itself where a connection is closed.
    expect(isReplayed(await create())).toBe(true);
    expect(stripe.owner.all('customer')).toHaveLength(1);
  });

  test('saves nothing of a fault that came before', async () => {
    for (const status of [429, 500]) {
      stripe.faults.next({ does: 'answer', status });
      expect(await errorOf(create())).toMatchObject({ statusCode: status });
    }
    expect(isReplayed(await create())).toBe(false);
  });

  test('means nothing to a request that deletes', async () => {
    const id = aSubscription();
    await sdk.subscriptions.cancel(id, {}, KEY);
    expect(await errorOf(sdk.subscriptions.cancel(id, {}, KEY))).toMatchObject({ statusCode: 404 });
  });
});

describe('a request', () => {
  test('with a wrong key is refused, and basic authentication will do', async () => {
    expect(await errorOf(openSdk('sk_test_wrong').customers.list())).toMatchObject({ statusCode: 401 });
    const basic = Buffer.from(`${stripe.credentials.key}:`).toString('base64');
    const response = await fetch(`${stripe.url}/v1/customers`, {
      headers: { authorization: `Basic ${basic}` },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get('request-id')).toMatch(/^req_/);
    expect(stripe.requests).toMatchObject({ total: 2, unauthorized: 1 });
  });

  test('of a path that is not simulated is not found', async () => {
    expect(await errorOf(sdk.balance.retrieve())).toMatchObject({ statusCode: 404 });
  });

  test('is answered with what it asks to be expanded', async () => {
    const customer = stripe.owner.addCustomer({ metadata: { contact: 'academy:42' } });
    const invoice = stripe.owner.addPaidInvoice({ subscription: aSubscription(customer) });
    const { data } = await sdk.invoicePayments.list({
      invoice,
      expand: ['data.payment.payment_intent.latest_charge'],
    });
    expect(data[0]?.payment).toMatchObject({ payment_intent: { latest_charge: { object: 'charge' } } });
    const read = await sdk.invoices.retrieve(invoice, {
      expand: ['customer', 'parent.subscription_details.subscription'],
    });
    expect(read).toMatchObject({
      customer: { metadata: { contact: 'academy:42' } },
      parent: { subscription_details: { subscription: { object: 'subscription' } } },
    });
  });
});

describe('a list', () => {
  test('goes from page to page, newest first', async () => {
    const ids = Array.from({ length: 25 }, () => stripe.owner.addCustomer()).toReversed();
    const first = await sdk.customers.list({ limit: 10 });
    expect(first).toMatchObject({ object: 'list', has_more: true });
    const found: string[] = [];
    for await (const { id } of sdk.customers.list({ limit: 10 })) found.push(id);
    expect(found).toEqual(ids);
    expect(await errorOf(sdk.customers.list({ starting_after: 'cus_none' }))).toMatchObject({
      statusCode: 400,
    });
  });

  test('of what a search finds goes by its own pages', async () => {
    const metadata = { contact: `it's` };
    const ids = Array.from({ length: 25 }, () => stripe.owner.addCustomer({ metadata }));
    stripe.owner.addCustomer();
    stripe.faults.unsearchable.add(ids.pop() ?? '');
    const found: string[] = [];
    for await (const { id } of sdk.customers.search({ query: `metadata['contact']:'it\\'s'`, limit: 10 }))
      found.push(id);
    expect(found).toEqual(ids.toReversed());
    expect(stripe.requests.byRoute).toEqual({ 'GET /v1/customers/search': 3 });
    expect(await errorOf(sdk.customers.search({ query: 'anything' }))).toMatchObject({ param: 'query' });
  });
});

/** How to close the receivers of a test, however it ends. */
const receivers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of receivers.splice(0)) await close();
});

/** Takes events, and answers with the statuses given, then 200. */
async function receiver(...statuses: number[]) {
  const taken: { body: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    taken.push({ body, headers: request.headers });
    response.writeHead(statuses.shift() ?? 200).end();
  });
  const close = () => new Promise((resolve) => server.close(resolve));
  receivers.push(close);
  const reached = new Promise((resolve) => server.once('request', resolve));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    /** Resolves with the first event that arrives. */
    reached,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The events, their signatures verified. */
    events: () =>
      taken.map(({ body, headers }) => {
        const [secret] = stripe.credentials.webhookSecrets as string[];
        return SDK.webhooks.constructEvent(body, String(headers['stripe-signature']), secret ?? '');
      }),
    close,
  };
}

describe('events', () => {
  test('are signed, and tell of every change from the moment that somebody wants them', async () => {
    const site = await receiver();
    const before = aSubscription();
    stripe.sendEventsTo(site.url);
    await sdk.subscriptions.update(before, { cancel_at_period_end: true });
    stripe.owner.addFailedInvoice({ subscription: before });
    stripe.owner.endSubscription(before);
    await stripe.eventsAnswered();
    const events = site.events();
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      'customer.subscription.deleted',
      'customer.subscription.updated',
      'customer.subscription.updated',
      'invoice.created',
      'invoice.finalized',
      'invoice.payment_failed',
    ]);
    expect(events.find(({ type }) => type === 'invoice.payment_failed')?.data.object).toMatchObject({
      parent: { subscription_details: { subscription: before } },
    });
    expect(new Set(events.map(({ id }) => id)).size).toBe(6);
    for (const { id } of events) expect(id).toMatch(/^evt_/);
  });

  test('are sent again, under the same id, until they are taken', async () => {
    const site = await receiver(500, 404);
    stripe.sendEventsTo(site.url);
    stripe.owner.addCustomer();
    expect(await stripe.eventsAnswered()).toEqual(
      [500, 404, 200].map((status) => ({ type: 'customer.created', status })),
    );
    expect(new Set(site.events().map(({ id }) => id)).size).toBe(1);
  });

  test('that nobody takes are given up', async () => {
    const site = await receiver();
    await site.close();
    stripe.sendEventsTo(site.url);
    stripe.owner.addCustomer();
    expect((await stripe.eventsAnswered()).map(({ status }) => status)).toEqual([0, 0, 0]);
  });
});

describe('an account with a file', () => {
  let directory: string;
  let file: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'stripe-'));
    file = join(directory, 'stripe.json');
    await restart({ file });
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function restart(options: StripeOptions): Promise<void> {
    await stripe.close();
    await start(options);
  }

  test('is the same after a restart, with its key, its cards and what it saved under keys', async () => {
    const customer = stripe.owner.addCustomer();
    const subscription = aSubscription(customer);
    const invoice = stripe.owner.addInvoice({ subscription });
    stripe.owner.declineCard(customer, 'expired_card');
    const coupon = await sdk.coupons.create({ percent_off: 5 }, { idempotencyKey: 'k1' });
    const { key, webhookSecrets } = stripe.credentials;
    await restart({ file });
    expect(stripe.credentials).toMatchObject({ key, webhookSecrets });
    expect(await sdk.coupons.create({ percent_off: 5 }, { idempotencyKey: 'k1' })).toEqual(coupon);
    expect(await errorOf(sdk.invoices.pay(invoice))).toMatchObject({ decline_code: 'expired_card' });
    expect(await sdk.subscriptions.retrieve(subscription)).toMatchObject({ status: 'past_due' });
  });

  test('sends after a restart what was not taken before', async () => {
    await restart({ file, eventDelaysMs: [0, 60_000] });
    const failing = await receiver(500);
    stripe.sendEventsTo(failing.url);
    const customer = stripe.owner.addCustomer();
    await failing.reached;
    await restart({ file });
    const site = await receiver();
    stripe.sendEventsTo(site.url);
    await stripe.eventsAnswered();
    expect(site.events()).toMatchObject([{ type: 'customer.created', data: { object: { id: customer } } }]);
    await restart({ file });
    stripe.sendEventsTo(site.url);
    await stripe.eventsAnswered();
    expect(site.events()).toHaveLength(1);
  });
});
