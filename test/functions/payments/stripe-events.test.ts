import { expect, test } from '@jest/globals';
import SDK from 'stripe';
import { WrongSignature } from '../../../functions/payments/payment-event.ts';
import { definition } from '../../../functions/payments/stripe/definition.ts';
import { readPaymentEvent } from '../../../functions/payments/stripe/events.ts';

const [SECRET, OTHER] = ['whsec_the-first', 'whsec_the-second'];
const now = (): number => Math.floor(Date.now() / 1000);

const credentials = (...webhookSecrets: string[]) =>
  definition.credentials.parse({ key: 'sk_test_x', webhookSecrets });

const sign = (payload: string, { secret = SECRET, timestamp = now() } = {}): string =>
  SDK.webhooks.generateTestHeaderString({ payload, secret, timestamp });

const event = (type: string, object: object): string =>
  JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } });

const UPDATED = event('customer.subscription.updated', { id: 'sub_1', object: 'subscription' });

async function read(
  body: string | Buffer,
  signature: string | undefined,
  { secrets = [SECRET] }: { secrets?: string[] } = {},
) {
  const headers = signature === undefined ? {} : { 'stripe-signature': signature };
  return readPaymentEvent({ headers, body: Buffer.from(body) }, credentials(...secrets));
}

const ofInvoice = { id: 'in_1', parent: { subscription_details: { subscription: 'sub_1' } } };

test.each([
  ['customer.subscription.created', { id: 'sub_1' }, { subscription: 'sub_1' }],
  ['customer.subscription.deleted', { id: 'sub_1' }, { subscription: 'sub_1' }],
  ['customer.subscription.paused', { id: 'sub_1' }, { subscription: 'sub_1' }],
  ['invoice.paid', ofInvoice, { subscription: 'sub_1' }],
  ['invoice.payment_failed', ofInvoice, { subscription: 'sub_1' }],
  ['invoice.payment_action_required', ofInvoice, { subscription: 'sub_1' }],
  ['invoice.marked_uncollectible', ofInvoice, { subscription: 'sub_1' }],
  ['invoice.paid', { id: 'in_1', subscription: 'sub_1' }, { subscription: 'sub_1' }],
  [
    'invoice.paid',
    { parent: { subscription_details: { subscription: { id: 'sub_1' } } } },
    { subscription: 'sub_1' },
  ],
  ['invoice.paid', { id: 'in_1', parent: null }, undefined],
  ['invoice.paid', { id: 'in_1', parent: { subscription_details: null } }, undefined],
  ['charge.refunded', { id: 'ch_1' }, undefined],
  ['invoice.created', ofInvoice, undefined],
  ['promotion_code.updated', { id: 'promo_1' }, { promotionCode: 'promo_1' }],
  ['promotion_code.created', { id: 'promo_1' }, undefined],
  ['customer.updated', { id: 'cus_1' }, undefined],
  ['balance.available', {}, undefined],
  ['customer.updated', { id: 'cus_1', parent: 'someone', subscription: 7 }, undefined],
  ['customer.subscription.updated', { id: 'sub 1' }, undefined],
  ['customer.subscription.updated', { id: `sub_${'1'.repeat(64)}` }, undefined],
])('%s about %j', async (type, object, about) => {
  const body = event(type, object);
  expect(await read(body, sign(body))).toEqual({ id: 'evt_1', type, about });
});

test('either of two secrets proves an event while one is rolled', async () => {
  for (const secret of [SECRET, OTHER])
    expect(await read(UPDATED, sign(UPDATED, { secret }), { secrets: [SECRET, OTHER] })).toMatchObject({
      about: { subscription: 'sub_1' },
    });
});

test('a signature is good for five minutes', async () => {
  const at = (age: number) => sign(UPDATED, { timestamp: now() - age });
  expect(await read(UPDATED, at(290))).toMatchObject({ id: 'evt_1' });
  await expect(read(UPDATED, at(310), { secrets: [OTHER, SECRET] })).rejects.toThrow(
    new WrongSignature('the signature is older than 300 seconds'),
  );
});

test.each([
  ['that is wrong', UPDATED, sign(UPDATED, { secret: OTHER }), 'the signature is wrong'],
  ['of another body', UPDATED.replace('sub_1', 'sub_2'), sign(UPDATED), 'the signature is wrong'],
  ['of the body with a blank', `${UPDATED} `, sign(UPDATED), 'the signature is wrong'],
  ['made later for the same body', UPDATED, sign(UPDATED).replace(/^t=/, 't=1'), 'the signature is wrong'],
  ['that is missing', UPDATED, undefined, 'Stripe-Signature is missing'],
  ['that is nonsense', UPDATED, 'v1=', 'the signature is wrong'],
  ['that is empty', UPDATED, 't=1,v1=', 'the signature is wrong'],
  ['of an empty body', '', sign(UPDATED), 'the signature is wrong'],
])('a signature %s is refused, without a secret in the message', async (_, body, signature, complaint) => {
  const error = await read(body, signature).then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  expect(error).toBeInstanceOf(WrongSignature);
  expect(error?.message).toContain(complaint);
  for (const secret of [SECRET, 'sub_', 'v1=']) expect(error?.message).not.toContain(secret);
});

test('without a secret nothing is believed, and the message says what to put where', async () => {
  await expect(read(UPDATED, sign(UPDATED, { secret: ' ' }), { secrets: [] })).rejects.toThrow(
    "put the webhook endpoint's signing secret (whsec_…) into `webhookSecrets` of the site's `stripe` parameter",
  );
});

test.each([
  'nonsense',
  'null',
  '[]',
  '{"id":"evt_1"}',
  JSON.stringify({ object: 'v2.core.event', id: 'evt_1' }),
])('a signed body that is no event is refused: %s', async (body) => {
  await expect(read(body, sign(body))).rejects.toMatchObject({
    name: 'Rejected',
    message: "the body is signed, but not an event of Stripe's",
  });
});
