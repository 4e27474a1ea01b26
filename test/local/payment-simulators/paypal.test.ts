import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ApiError, PaymentsController, SubscriptionsController } from '@paypal/paypal-server-sdk';
import { AccountClient } from '../../../functions/payments/paypal/account-client.ts';
import { type PayPalSimulator, startPayPal } from '../../../local/payment-simulators/paypal.ts';

const PLAN = 'P-5ML4271244454362WXNWU5NQ';

let paypal: PayPalSimulator;
beforeEach(async () => {
  paypal = await startPayPal();
});
afterEach(() => paypal.close());

/** The SDK by itself, which gets its tokens. */
const sdk = (changes: object = {}): AccountClient =>
  new AccountClient({ credentials: { ...paypal.credentials, ...changes }, remainingMs: () => 60_000 });

const subscriptions = (changes?: object) => new SubscriptionsController(sdk(changes));
const yesterday = () => new Date(Date.now() - 86_400_000).toISOString();

/** The status and the error that the SDK throws. */
async function refusal(call: Promise<unknown>): Promise<{ status: number; error: Record<string, unknown> }> {
  const error = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  if (!(error instanceof ApiError)) throw new Error('the SDK threw no ApiError', { cause: error });
  return { status: error.statusCode, error: JSON.parse(String(error.body)) };
}

describe('refunds', () => {
  const capture = (): string => {
    const id = paypal.account.createSubscription({ plan: PLAN, payments: [{ time: yesterday() }] });
    return String(paypal.account.subscription(id).payments[0]?.id);
  };
  const refund = (captureId: string, paypalRequestId?: string) =>
    new PaymentsController(sdk()).refundCapturedPayment({
      captureId,
      body: {},
      ...(paypalRequestId && { paypalRequestId }),
    });

  test('the same request id gets the same answer, and moves money once', async () => {
    const captureId = capture();
    const first = await refund(captureId, 'key-1');
    const repeat = await refund(captureId, 'key-1');
    expect(first.statusCode).toBe(201);
    expect(repeat.result).toEqual(first.result);
    expect(paypal.account.refunds).toHaveLength(1);
  });

  test.each([
    ['another', 'key-2'],
    ['no', undefined],
  ])('%s request id is another refund', async (_, key) => {
    const captureId = capture();
    await refund(captureId, 'key-1');
    expect(await refusal(refund(captureId, key))).toMatchObject({
      status: 422,
      error: { name: 'UNPROCESSABLE_ENTITY', details: [{ issue: 'CAPTURE_FULLY_REFUNDED' }] },
    });
  });

  test('a request id of one payment does not answer for another', async () => {
    const [one, other] = [await refund(capture(), 'key-1'), await refund(capture(), 'key-1')];
    expect(other.result.id).not.toBe(one.result.id);
    expect(paypal.account.refunds).toHaveLength(2);
  });
});

describe('who may ask', () => {
  test('a wrong secret gets no token', async () => {
    const call = subscriptions({ clientSecret: 'wrong' }).getSubscription({ id: 'I-1' });
    expect(await refusal(call)).toMatchObject({ status: 401, error: { error: 'invalid_client' } });
    expect(paypal.requests.unauthorized).toBe(1);
  });

  test('a token that was taken back is refused', async () => {
    const controller = subscriptions();
    await controller.listSubscriptions({});
    paypal.endTokens();
    expect(await refusal(controller.listSubscriptions({}))).toMatchObject({
      status: 401,
      error: { name: 'AUTHENTICATION_FAILURE', debug_id: expect.any(String) },
    });
  });
});

test('what is not there is answered in the words of PayPal', async () => {
  expect(await refusal(subscriptions().getSubscription({ id: 'I-UNKNOWN' }))).toMatchObject({
    status: 404,
    error: { name: 'RESOURCE_NOT_FOUND', debug_id: expect.stringMatching(/^[0-9a-f]{13}$/) },
  });
});

test('lists come in pages, of twenty at most', async () => {
  for (let i = 0; i < 21; i++) paypal.account.createSubscription({ plan: PLAN });
  const list = async (page: number) =>
    (await subscriptions().listSubscriptions({ planIds: PLAN, pageSize: 20, page })).result;
  const [first, second] = [await list(1), await list(2)];
  expect(first.subscriptions).toHaveLength(20);
  expect(first.links?.map(({ rel }) => rel)).toEqual(['next']);
  expect(second).toMatchObject({ subscriptions: [expect.anything()], links: [] });
  expect(await refusal(subscriptions().listSubscriptions({ pageSize: 21 }))).toMatchObject({ status: 400 });
});

test.each(['APPROVAL_PENDING', 'APPROVED', 'CANCELLED', 'EXPIRED'] as const)(
  'one that is %s cannot be cancelled',
  async (status) => {
    const id = paypal.account.createSubscription({ plan: PLAN, status });
    expect(await refusal(subscriptions().cancelSubscription({ id, body: { reason: 'x' } }))).toMatchObject({
      status: 422,
      error: { details: [{ issue: 'SUBSCRIPTION_STATUS_INVALID' }] },
    });
  },
);

test('one that is cancelled is not billed any more', async () => {
  const id = paypal.account.createSubscription({ plan: PLAN });
  const answer = await subscriptions().cancelSubscription({ id, body: { reason: 'x' } });
  expect(answer.statusCode).toBe(204);
  const { result } = await subscriptions().getSubscription({ id });
  expect(result.status).toBe('CANCELLED');
  expect(result.billingInfo?.nextBillingTime).toBeUndefined();
});

test('the third payment in a row that fails suspends it', async () => {
  const id = paypal.account.createSubscription({ plan: PLAN });
  for (let i = 0; i < 3; i++) paypal.account.failPayment(id);
  const { result } = await subscriptions().getSubscription({ id });
  expect(result).toMatchObject({
    status: 'SUSPENDED',
    billingInfo: { failedPaymentsCount: 3, outstandingBalance: { currencyCode: 'USD', value: '87' } },
  });
});

test('an event is posted again until it is taken', async () => {
  const statuses = [500, 302, 200];
  const bodies: string[] = [];
  const site = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    response.writeHead(statuses.shift() ?? 200).end();
  });
  await new Promise<void>((listening) => site.listen(0, '127.0.0.1', listening));
  paypal.sendEventsTo(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
  paypal.account.createSubscription({ plan: PLAN });
  const type = 'BILLING.SUBSCRIPTION.ACTIVATED';
  expect(await paypal.eventsAnswered()).toEqual([500, 302, 200].map((status) => ({ type, status })));
  expect(new Set(bodies).size).toBe(1);
  site.close();
});

test('an account in a file outlives the simulator, with its credentials', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-paypal-'));
  const file = join(directory, 'paypal.json');
  const first = await startPayPal({ file });
  const id = first.account.createSubscription({ plan: PLAN, customId: 'academy:42' });
  await first.close();
  const second = await startPayPal({ file });
  expect(second.account.subscription(id)).toMatchObject({ customId: 'academy:42' });
  expect({ ...second.credentials, url: '' }).toEqual({ ...first.credentials, url: '' });
  await second.close();
  await rm(directory, { recursive: true });
});
