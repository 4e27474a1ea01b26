import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { type Provider, signatureOf } from '../support/payment-events.ts';
import { Shop } from '../support/payments.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { checkAll, checkRecords } from './properties.ts';
import { bodyAndHeaders, eventOf, type FuzzRequest, headerText, inShort } from './requests.ts';
import { PATIENCE_MS, play } from './runs.ts';
import { anyText, PRIVATE } from './texts.ts';
import { type Watched, watch } from './watched.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
let shop: Shop;
let take: Watched;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  shop = new Shop(latchkey, 'told');
  take = await watch('take-payment-events', latchkey.cloud);
});
afterAll(async () => {
  await take.stop();
  table.close();
  await latchkey.stop();
});

const provider = fc.constantFrom<Provider>('stripe', 'paypal');

/** Headers as providers send them, none of which proves anything. */
const proofs = fc.dictionary(
  fc.constantFrom(
    ...['stripe-signature', 'paypal-transmission-id', 'paypal-transmission-time', 'paypal-transmission-sig'],
    ...['paypal-auth-algo', 'paypal-cert-url'],
  ),
  fc.oneof(
    headerText,
    fc.constantFrom('t=1,v1=00', `t=${'9'.repeat(300)},v1=`, 'v1='.repeat(2_000), 'SHA256withRSA'),
    fc.constantFrom(
      'https://evil.example/v1/notifications/certs/CERT-1',
      'http://169.254.169.254/latest/meta-data/',
    ),
    fc.constantFrom(
      'https://api.paypal.com@evil.example/v1/notifications/certs/CERT-1',
      'file:///etc/passwd',
    ),
  ),
);

const unsigned: fc.Arbitrary<FuzzRequest> = fc
  .record({
    provider: fc.oneof(
      { weight: 5, arbitrary: provider },
      fc.constantFrom('', '__proto__', 'stripe/', 'x'.repeat(2_000)),
    ),
    site: fc.oneof({ weight: 5, arbitrary: fc.constantFrom('told', 'academy') }, anyText),
    proofs,
    rest: bodyAndHeaders,
  })
  .map(({ provider, site, proofs, rest }) => ({
    ...rest,
    ...{ method: 'POST', path: `/payments/${provider}` },
    query: new URLSearchParams({ site }).toString(),
    headers: { ...rest.headers, ...proofs },
  }));

test(
  'what no provider has signed is refused: nothing is written, and nobody is asked who is not the provider',
  async () => {
    const before = (await table.items()).length;
    await play(
      fc.asyncProperty(unsigned, async (request) => {
        const event = eventOf(request);
        const observed = await take.call(event);
        try {
          await checkAll(take, event, observed, { statuses: [401, 404, 413] });
          // The secret that would verify it, once in five minutes.
          for (const asked of observed.asked) expect(asked).toBe('AmazonSSM.GetParameter');
        } catch (error) {
          throw new Error(inShort(request), { cause: error });
        }
      }),
    );
    expect((await table.items()).length).toBe(before);
  },
  PATIENCE_MS,
);

const anId = fc.oneof(
  fc.constantFrom('sub_1', 'I-1', 'evt_1', 'promo_1'),
  anyText,
  fc.constantFrom(null, 1, {}, []),
);
const name = fc.constantFrom(
  'id',
  'object',
  'type',
  'event_type',
  'data',
  'resource',
  'subscription',
  'parent',
  '__proto__',
  'constructor',
  'billing_agreement_id',
  'customer_email',
);
const value: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    anId,
    fc.constantFrom(PRIVATE.email, PRIVATE.password),
    fc.constantFrom(
      'customer.subscription.updated',
      'invoice.paid',
      'promotion_code.updated',
      'PAYMENT.SALE.COMPLETED',
      'BILLING.SUBSCRIPTION.EXPIRED',
    ),
    fc.dictionary(name, tie('value'), { maxKeys: 5 }),
  ),
})).value;

/** What a provider signs: events of what it is subscribed to, of anything else, and broken ones. */
const signed = fc.record({
  provider,
  event: fc
    .record({
      top: fc.record(
        { id: anId, type: value, event_type: value, object: fc.constant('event') },
        { requiredKeys: [] },
      ),
      object: fc.dictionary(name, value, { maxKeys: 6 }),
      more: fc.dictionary(name, value, { maxKeys: 3 }),
    })
    .map(({ top, object, more }) => ({ ...more, ...top, data: { object }, resource: object })),
  cut: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  base64: fc.boolean(),
});

test(
  'what a provider has signed is taken, ignored or refused with a reason, and nothing that is private in it is shown',
  async () => {
    await play(
      fc.asyncProperty(signed, async ({ provider, event: said, cut, base64 }) => {
        const text = JSON.stringify(said).toWellFormed();
        const body = Buffer.from(text).subarray(0, Math.ceil(text.length * cut));
        const headers = {
          'content-type': 'application/json',
          ...signatureOf(provider, body.toString(), shop),
        };
        const event = eventOf({
          method: 'POST',
          path: `/payments/${provider}`,
          query: 'site=told',
          headers,
          body,
          base64,
        });
        const observed = await take.call(event);
        try {
          // 401 where a character was cut in two: it is not what was signed.
          await checkAll(take, event, observed, { statuses: [200, 400, 401] });
        } catch (error) {
          throw new Error(`${provider} ${body}`, { cause: error });
        }
      }),
    );
    checkRecords(await table.items());
  },
  PATIENCE_MS,
);
