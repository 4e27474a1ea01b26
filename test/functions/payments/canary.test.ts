import { beforeAll, describe, expect, test } from '@jest/globals';
import { findCanary } from '../../support/canaries.ts';
import { type PaymentCanaryRun, runPaymentCanaries } from '../../support/payment-canary-run.ts';

const SECRETS = [
  'a Stripe key',
  'a wrong Stripe key',
  'a webhook secret',
  'a webhook secret in a broken parameter',
  'a PayPal client secret',
  'a wrong PayPal client secret',
  "a card's number",
  "a card's last digits",
  "a card's brand",
];
const ADDRESSES = ["a payer's address at Stripe", "a payer's address at PayPal"];
const CODES = [
  'a promotion code',
  'a promotion code that was used',
  'a promotion code of a job that failed',
  'a promotion code of a job that waits',
];
const CANARIES = [...SECRETS, ...ADDRESSES, ...CODES];

let run: PaymentCanaryRun;
beforeAll(async () => {
  run = await runPaymentCanaries();
}, 90_000);

const linesOf = (kind: string) =>
  run.places.lines
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ message }) => message === kind);
/** Where in the table a canary stands. */
const itemsWith = (name: string) =>
  run.items.filter((item) => findCanary(run.canaries[name] ?? '', [JSON.stringify(item)]).length > 0);

describe('the run is what it is meant to be', () => {
  test.each(CANARIES)('%s was there to be found', (name) => {
    expect(run.canaries[name]?.length).toBeGreaterThan(7);
    const places =
      name.includes('failed') || name.includes('waits')
        ? run.items.map((item) => JSON.stringify(item))
        : run.given;
    expect(findCanary(run.canaries[name] ?? '', places)).not.toEqual([]);
  });

  test('events were answered in every way, and jobs ended in every way', () => {
    const statuses = new Set(linesOf('payment event').map(({ status }) => status));
    expect([...statuses].sort()).toEqual([200, 400, 401, 404, 413, 503]);
    const events = new Set(linesOf('payment event').map(({ outcome }) => outcome));
    expect([...events].sort()).toEqual(['duplicate', 'queued', 'refused']);
    const jobs = new Set(linesOf('job').map(({ outcome }) => outcome));
    expect([...jobs].sort()).toEqual(['applied', 'failed', 'postponed', 'rejected']);
  });

  test('what was rejected was so for what it was meant to be', () => {
    const reasons = run.items.flatMap(({ state, reason }) => (state === 'rejected' ? [String(reason)] : []));
    for (const part of [
      '2 customers at Stripe',
      'PayPal has 2 subscriptions',
      'insufficient_funds',
      'no contact that Latchkey knows',
    ])
      expect(reasons.filter((reason) => reason.includes(part))).not.toEqual([]);
  });

  test('what failed did so for its credentials, and lies among the dead letters', () => {
    const reasons = run.items.flatMap(({ state, reason }) => (state === 'failed' ? [String(reason)] : []));
    expect(reasons).toHaveLength(3);
    for (const reason of reasons) expect(reason).toMatch(/(Stripe|PayPal) answered 401/);
    const commands = run.places.deadLetters.map((body) => JSON.parse(body).webhook.command);
    expect(commands.sort()).toEqual(['aal_cancelsubscription', 'aal_cancelsubscription', 'aal_createcoupon']);
  });
});

describe.each(CANARIES)('%s', (name) => {
  test.each([
    ['line of a log', 'lines'],
    ['message of a queue', 'messages'],
    ['dead letter', 'deadLetters'],
    ['answer over HTTP', 'answers'],
    ['page of the console', 'pages'],
  ] as const)('stands in no %s', (_, place) => {
    expect(run.places[place].length).toBeGreaterThan(0);
    expect(findCanary(run.canaries[name] ?? '', run.places[place])).toEqual([]);
  });

  test('stands in no record of a webhook that has ended', () => {
    const ended = run.items.filter(({ sk, pendingKey }) => sk.startsWith('webhook#') && !pendingKey);
    expect(ended.length).toBeGreaterThan(0);
    expect(itemsWith(name).filter((item) => ended.includes(item))).toEqual([]);
  });
});

test.each(SECRETS)('%s stands nowhere in the table', (name) => {
  expect(itemsWith(name)).toEqual([]);
});

test.each(ADDRESSES)('%s stands in the copies of contacts alone', (name) => {
  expect(new Set(itemsWith(name).map(({ sk }) => sk))).toEqual(new Set(['member']));
});

test('a promotion code stands in the field, at its member and in the job that is to make it, nowhere else', () => {
  const placesOf = (name: string) =>
    itemsWith(name)
      .map(({ sk, state }) => (sk.startsWith('webhook#') ? `record of a job that is ${state}` : sk))
      .toSorted();
  expect(run.fields).toEqual([run.canaries['a promotion code'], '']);
  expect(CODES.map(placesOf)).toEqual([
    ['member'],
    ['member'], // among the fields that we wrote lately
    ['member'],
    ['member', 'record of a job that is queued'],
  ]);
});
