import { sign } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { crc32 } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { EventRequest, PaymentEvent } from '../../../functions/payments/payment-event.ts';
import { readPaymentEvent } from '../../../functions/payments/paypal/events.ts';
import { makeCertificate } from '../../../local/payment-simulators/paypal/certificate.ts';
import { type PayPalSimulator, startPayPal } from '../../../local/payment-simulators/paypal.ts';
import { errorOf } from '../crm/fixtures/client.ts';

const PLAN = 'P-5ML4271244454362WXNWU5NQ';
const CERTIFICATE = 'GET /v1/notifications/certs/{id}';

let paypal: PayPalSimulator;
let site: Server;
let received: EventRequest[];
beforeEach(async () => {
  received = [];
  site = createServer(async (request, response) => {
    received.push({ headers: request.headers as EventRequest['headers'], body: await buffer(request) });
    response.end();
  });
  paypal = await startPayPal();
  paypal.sendEventsTo(await listen(site));
});
afterEach(async () => {
  await paypal.close();
  site.close();
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What the account posts of what is done to it. */
async function eventsOf(change: () => void): Promise<EventRequest[]> {
  received = [];
  change();
  await paypal.eventsAnswered();
  return received;
}

/** One event, of a new subscription. */
async function anEvent(): Promise<EventRequest> {
  const [event] = await eventsOf(() => paypal.account.createSubscription({ plan: PLAN }));
  if (!event) throw new Error('no event came');
  return event;
}

const read = (event: EventRequest, changes: object = {}): Promise<PaymentEvent> =>
  readPaymentEvent(event, { ...paypal.credentials, ...changes });

const withHeaders = (event: EventRequest, headers: EventRequest['headers']): EventRequest => ({
  ...event,
  headers: { ...event.headers, ...headers },
});

describe('what an event is about', () => {
  test('is the subscription that changed, or was paid for, or was not', async () => {
    const { account } = paypal;
    let id = '';
    const [created] = await eventsOf(() => {
      id = account.createSubscription({ plan: PLAN });
    });
    const [paid] = await eventsOf(() => account.pay(id));
    const [failed] = await eventsOf(() => account.failPayment(id));
    const [cancelled] = await eventsOf(() => account.cancel(id));
    for (const [event, type] of [
      [created, 'BILLING.SUBSCRIPTION.ACTIVATED'],
      [paid, 'PAYMENT.SALE.COMPLETED'],
      [failed, 'BILLING.SUBSCRIPTION.PAYMENT.FAILED'],
      [cancelled, 'BILLING.SUBSCRIPTION.CANCELLED'],
    ] as const) {
      expect(await read(event as EventRequest)).toEqual({
        id: expect.stringMatching(/^WH-\w+-\w+$/),
        type,
        about: { subscription: id },
      });
    }
  });

  test('is nothing of ours, where it names no subscription', async () => {
    const id = paypal.account.createSubscription({ plan: PLAN });
    const payment = paypal.account.pay(id);
    await paypal.eventsAnswered();
    const [refunded] = await eventsOf(() => paypal.account.refund(payment, 'key-1'));
    expect(await read(refunded as EventRequest)).toMatchObject({
      type: 'PAYMENT.SALE.REFUNDED',
      about: undefined,
    });
  });
});

test('the certificate is fetched once for all that it signs', async () => {
  await read(await anEvent());
  await read(await anEvent());
  expect(paypal.requests.byRoute).toEqual({ [CERTIFICATE]: 1 });
});

describe('refused', () => {
  test('a body that was changed in any way', async () => {
    const event = await anEvent();
    const body = Buffer.from(event.body.toString().replace('ACTIVATED', 'CANCELLED'));
    expect(await errorOf(read({ ...event, body }))).toMatchObject({ name: 'WrongSignature' });
    const spaced = Buffer.from(JSON.stringify(JSON.parse(event.body.toString()), null, 2));
    expect(await errorOf(read({ ...event, body: spaced }))).toMatchObject({ name: 'WrongSignature' });
  });

  test('what is signed for another webhook, and it says what to look at', async () => {
    expect(await errorOf(read(await anEvent(), { webhookId: 'ANOTHER' }))).toMatchObject({
      name: 'WrongSignature',
      message: expect.stringContaining('`webhookId`'),
    });
  });

  test('everything, as long as no webhook is configured, and it says where to put what', async () => {
    expect(await errorOf(read(await anEvent(), { webhookId: undefined }))).toMatchObject({
      name: 'WrongSignature',
      message: expect.stringContaining("the site's `paypal` parameter has no `webhookId`"),
    });
    expect(paypal.requests.total).toBe(0);
  });

  test.each(['transmission-id', 'transmission-time', 'transmission-sig', 'cert-url', 'auth-algo'])(
    'what has no header PAYPAL-%s',
    async (name) => {
      const event = withHeaders(await anEvent(), { [`paypal-${name}`]: undefined });
      expect(await errorOf(read(event))).toMatchObject({
        name: 'WrongSignature',
        message: `the header PAYPAL-${name.toUpperCase()} is missing`,
      });
    },
  );

  test.each([
    ['paypal-transmission-id', 'another'],
    ['paypal-transmission-time', '2026-01-01T00:00:00Z'],
    ['paypal-transmission-sig', 'bm9uZQ=='],
    ['paypal-transmission-sig', '!'],
    ['paypal-auth-algo', 'SHA1withRSA'],
  ])('a %s of %s', async (name, value) => {
    const event = withHeaders(await anEvent(), { [name]: value });
    expect(await errorOf(read(event))).toMatchObject({ name: 'WrongSignature' });
  });

  test.each([
    'https://evil.example/v1/notifications/certs/CERT-1',
    'http://api.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com.evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
    'https://api.paypal.com:8443/v1/notifications/certs/CERT-1',
    'https://www.paypal.com/v1/notifications/certs/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/../../files/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/%2e%2e/CERT-1',
    'https://api.paypal.com/v1/notifications/certs/',
    'https://api.paypal.com/uploads/CERT-1',
    'CERT-1',
  ])('a certificate at %s, which is not even fetched', async (url) => {
    const event = withHeaders(await anEvent(), { 'paypal-cert-url': url });
    expect(await errorOf(read(event))).toMatchObject({
      name: 'WrongSignature',
      message: expect.stringContaining('PAYPAL-CERT-URL'),
    });
  });

  test('a certificate that does not exist: whoever names one must not look like a fault of ours', async () => {
    const event = await anEvent();
    const url = event.headers['paypal-cert-url']?.replace(/[\w-]+$/, 'CERT-0');
    expect(await errorOf(read(withHeaders(event, { 'paypal-cert-url': url })))).toMatchObject({
      name: 'WrongSignature',
      message: 'there is no certificate at PAYPAL-CERT-URL',
    });
  });

  test("a simulated account's certificate, where the account is not simulated", async () => {
    const url = 'https://api-m.paypal.com';
    expect(await errorOf(read(await anEvent(), { url }))).toMatchObject({ name: 'WrongSignature' });
  });
});

describe('tried again later', () => {
  test.each([
    { does: 'answer', status: 500 },
    { does: 'answer', status: 302, headers: { location: '/v1/notifications/certs/CERT-1' } },
    { does: 'reset' },
    { does: 'malformed' },
    { does: 'hang' },
  ] as const)('a certificate that cannot be had: %o', async (fault) => {
    const event = await anEvent();
    paypal.faults.next({ ...fault, route: CERTIFICATE });
    expect(await errorOf(read(event))).toMatchObject({ name: 'Unavailable' });
    expect(await read(event)).toMatchObject({ type: 'BILLING.SUBSCRIPTION.ACTIVATED' });
  });
});

describe('by a certificate of our own', () => {
  const WEBHOOK = 'WEBHOOK1';
  const DAY_MS = 86_400_000;
  let origin: Server;
  let url: string;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    origin = createServer((_, response) => answer(response));
    url = await listen(origin);
  });
  afterEach(() => {
    origin.close();
  });

  /** Serves a certificate that is good from and to so many days from now, and signs a body with it. */
  function signed(body: Buffer, from: number, to: number): Promise<PaymentEvent> {
    const at = (days: number): Date => new Date(Date.now() + days * DAY_MS);
    const { privateKey, pem } = makeCertificate({ from: at(from), to: at(to) });
    answer = (response) => response.end(pem);
    const message = `id|2026-01-01T00:00:00Z|${WEBHOOK}|${crc32(body)}`;
    const headers = {
      'paypal-transmission-id': 'id',
      'paypal-transmission-time': '2026-01-01T00:00:00Z',
      'paypal-transmission-sig': sign('RSA-SHA256', Buffer.from(message), privateKey).toString('base64'),
      'paypal-cert-url': `${url}/v1/notifications/certs/CERT-1`,
      'paypal-auth-algo': 'SHA256withRSA',
    };
    const credentials = { url: `${url}/`, clientId: 'c', clientSecret: 's', webhookId: WEBHOOK };
    return readPaymentEvent({ headers, body }, credentials);
  }

  const event = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const GOOD = event({ id: 'WH-1', event_type: 'BILLING.SUBSCRIPTION.EXPIRED', resource: { id: 'I-1' } });

  test('that is good now, it is read', async () => {
    expect(await signed(GOOD, -1, 1)).toMatchObject({ about: { subscription: 'I-1' } });
  });

  test.each([
    ['has ended', -10, -1],
    ['has not begun', 1, 10],
  ])('that %s, it is refused', async (_, from, to) => {
    expect(await errorOf(signed(GOOD, from, to))).toMatchObject({
      name: 'WrongSignature',
      message: expect.stringContaining('not valid at this time'),
    });
  });

  test('that has no end of bytes, it is tried again', async () => {
    const reading = signed(GOOD, -1, 1);
    answer = (response) => response.end('x'.repeat(100_000));
    expect(await errorOf(reading)).toMatchObject({
      name: 'Unavailable',
      message: expect.stringContaining('too large'),
    });
  });

  test.each([
    ['CUSTOMER.DISPUTE.CREATED', { dispute_id: 'PP-1' }],
    ['PAYMENT.CAPTURE.COMPLETED', { id: '8AB', billing_agreement_id: 'I-1' }],
    ['PAYMENT.SALE.COMPLETED', { id: '8AB' }],
    ['CATALOG.PRODUCT.CREATED', { id: 17 }],
    ['ANY.THING', undefined],
    ['ANY.THING', ['x']],
  ])('%s about %o is nothing of ours', async (event_type, resource) => {
    expect(await signed(event({ id: 'WH-1', event_type, resource }), -1, 1)).toEqual({
      id: 'WH-1',
      type: event_type,
      about: undefined,
    });
  });

  test.each(['{', '[]', '{}', '{"id":"WH-1"}', '{"id":"","event_type":"X"}'])(
    'a body of %s is no event',
    async (body) => {
      expect(await errorOf(signed(Buffer.from(body), -1, 1))).toMatchObject({ name: 'Rejected' });
    },
  );
});
