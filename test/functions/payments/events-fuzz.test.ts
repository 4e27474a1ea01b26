import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type HttpAnswer, httpEvent } from '../../support/http-event.ts';
import { importBundle } from '../../support/import-bundle.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type Provider, signatureOf } from '../../support/payment-events.ts';
import { Shop } from '../../support/payments.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

const RUNS = 500; // of each property
const LIMIT = 256 * 1024; // bytes
const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];

let latchkey: TestLatchkey;
let table: TableAccess;
let shop: Shop;
let take: (event: unknown, context: unknown) => Promise<HttpAnswer>;
let before: { items: number; keys: unknown };

/** Loads the bundle into this process, whose prototypes can be looked at afterwards. */
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  shop = new Shop(latchkey, 'told');
  const { handler } = await importBundle('take-payment-events', latchkey.cloud);
  take = handler as typeof take;
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const keysNow = () => PROTOTYPES.map(Reflect.ownKeys);
beforeEach(async () => {
  before = { items: (await table.items()).length, keys: keysNow() };
});
afterEach(async () => {
  expect((await table.items()).length).toBe(before.items);
  expect(await latchkey.messagesIn('operations')).toBe(0);
  expect(keysNow()).toEqual(before.keys);
});

type Parts = {
  provider?: string;
  /** null for a request without any query. */
  site?: string | null;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  base64?: boolean;
};

/** Has the function take a request as API Gateway hands it over. */
async function answerTo({
  provider = 'stripe',
  site = 'told',
  headers = {},
  body = '',
  base64 = false,
}: Parts) {
  const event = httpEvent({ path: `/payments/${provider}`, headers, body, base64 });
  const query = site === null ? {} : { queryStringParameters: { site } };
  const { statusCode, headers: given, body: text } = await take({ ...event, ...query }, {});
  const { status: outcome, ...content } = JSON.parse(text);
  return { ...content, status: statusCode, outcome, type: given['content-type'] };
}

/** Looks that an answer is a problem that says what to do. */
function isProblem(answer: Awaited<ReturnType<typeof answerTo>>, statuses: readonly number[]): void {
  expect(statuses).toContain(answer.status);
  expect(answer).toMatchObject({ type: 'application/problem+json', detail: expect.stringMatching(/\w{3}/) });
}

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom('', ' ', '__proto__', 'constructor', 'toString', 'told,told', 'legacy', 'x'.repeat(9_000)),
);
const anyBody = fc.oneof(
  anyText,
  fc.uint8Array({ maxLength: 200 }),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('{', '[]', 'null', '['.repeat(100_000), '{"a":'.repeat(40_000)),
);
const anyProvider = fc.constantFrom<Provider>('stripe', 'paypal');

test('whatever nobody has signed is refused', async () => {
  const { 'paypal-cert-url': certificate = '' } = shop.paypal.sign('');
  const missing = certificate.replace(/\w+$/, 'CERT-0');
  const known = fc.record(
    {
      'stripe-signature': fc.oneof(anyText, fc.constantFrom('t=1,v1=00', 't=x,v1=,v1=', 'v1='.repeat(2_000))),
      ...{ 'paypal-transmission-id': anyText, 'paypal-transmission-time': anyText },
      'paypal-transmission-sig': anyText,
      'paypal-auth-algo': fc.oneof(fc.constant('SHA256withRSA'), anyText),
      'paypal-cert-url': fc.oneof(fc.constantFrom(certificate, missing, shop.paypal.url), anyText),
      ...{ 'content-type': anyText, 'content-length': anyText },
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(
      ...[anyProvider, fc.oneof(known, fc.dictionary(anyText, anyText)), anyBody, fc.boolean()],
      async (provider, headers, body, base64) => {
        isProblem(await answerTo({ provider, headers, body, base64 }), [401]);
      },
    ),
    { numRuns: RUNS },
  );
});

test('whatever is no address is not found', async () => {
  const strange = anyText.filter((text) => !/(^|\/)(told|academy|stripe|paypal)$/.test(text));
  const address = fc.oneof(
    fc.record({ site: fc.option(strange), provider: anyProvider }),
    fc.record({ site: fc.constantFrom('told', 'academy'), provider: strange }),
  );
  await fc.assert(
    fc.asyncProperty(address, anyBody, async (parts, body) => {
      isProblem(await answerTo({ ...parts, body }), [404]);
    }),
    { numRuns: RUNS },
  );
});

test.each([false, true])('a body is taken up to 256 kB and refused beyond (base64: %s)', async (base64) => {
  for (const bytes of [LIMIT - 1, LIMIT, LIMIT + 1, LIMIT + 2, LIMIT + 3]) {
    const answer = await answerTo({ body: 'x'.repeat(bytes), base64 });
    isProblem(answer, [bytes > LIMIT ? 413 : 401]);
  }
  const body = JSON.stringify({ id: 'evt_1' }).padEnd(LIMIT);
  isProblem(await answerTo({ headers: signatureOf('stripe', body, shop), body, base64 }), [400]);
});

const nested = (levels: number): unknown => JSON.parse(`${'{"id":'.repeat(levels)}1${'}'.repeat(levels)}`);
/** Anything but the id of something. */
const strange = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 100 }).filter((text) => !/^[\w-]{1,64}$/.test(text)),
  fc.constantFrom('', ' ', 'sub 1', 'sub_1/../sub_2', 'sub#1', 'süb_1', 'x'.repeat(65), 'x'.repeat(3_000)),
  fc.double(),
  fc.constantFrom(null, true, 0, -1, 1e308, [], {}, [['sub_1']], nested(1_000)),
  fc.constantFrom(
    JSON.parse('{"__proto__":{"id":"sub_1","polluted":true}}'),
    JSON.parse('{"constructor":{"prototype":{"id":"sub_1"}}}'),
  ),
  fc.array(fc.jsonValue({ maxDepth: 1 }), { maxLength: 3 }),
);
/** An object with some of these fields, or something else in its place. */
const maybe = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record(fields, { requiredKeys: [] }) },
    { weight: 1, arbitrary: strange },
  );
const mostly = (...values: string[]) =>
  fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: strange });

const reference = fc.oneof(strange, maybe({ id: strange }));
const EVENTS = {
  stripe: maybe({
    ...{ id: mostly('evt_1'), object: mostly('event') },
    type: mostly(
      'customer.subscription.updated',
      'invoice.paid',
      'charge.refunded',
      'promotion_code.updated',
    ),
    data: maybe({
      object: maybe({
        ...{ id: strange, subscription: reference },
        parent: maybe({ subscription_details: maybe({ subscription: reference }) }),
      }),
    }),
  }),
  paypal: maybe({
    id: mostly('WH-1'),
    event_type: mostly('BILLING.SUBSCRIPTION.CANCELLED', 'PAYMENT.SALE.COMPLETED'),
    resource: maybe({ id: strange, billing_agreement_id: strange }),
  }),
};

test.each(['stripe', 'paypal'] as const)(
  'what %s has signed is ignored or refused where it is about nothing',
  async (provider) => {
    const statuses = new Set<number>();
    const json = EVENTS[provider].map((event) => JSON.stringify(event));
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: json }, anyText), async (body) => {
        const answer = await answerTo({ provider, headers: signatureOf(provider, body, shop), body });
        statuses.add(answer.status);
        // Stripe signs no empty body.
        if (answer.status !== 200) isProblem(answer, [400, ...(body === '' ? [401] : [])]);
        else expect(answer).toMatchObject({ outcome: 'ignored', event: JSON.parse(body).id });
      }),
      { numRuns: 2 * RUNS },
    );
    expect(statuses).toContain(200);
    expect(statuses).toContain(400);
  },
);
