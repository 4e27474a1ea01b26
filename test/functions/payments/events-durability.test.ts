import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Fault } from '../../../local/crm-simulators/fault-switchboard.ts';
import { type Fate, type FaultProxy, type Passing, startFaultProxy } from '../../../local/fault-proxy.ts';
import { findCanary } from '../../support/canaries.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { PAYMENT_TAGS } from '../../support/latchkey.config.ts';
import { eventually } from '../../support/latchkey.ts';
import type { Provider } from '../../support/payment-events.ts';
import { Shop } from '../../support/payments.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { readAnswer } from '../../support/webhook-answer.ts';

const FUNCTION = 'take-payment-events';
const PARAMETER = '/latchkey/local/told/stripe';
const CERTIFICATE = 'GET /v1/notifications/certs/{id}';
const BROKEN = 'canary-broken-parameter-81c4';
const SOLD = {
  stripe: { product: 'club', item: 'prod_club', state: 'trialing' },
  paypal: { product: 'circle', item: 'P-CIRCLE', state: 'active' },
} as const;

let latchkey: FaultyLatchkey;
let deliveries: FaultProxy;
let table: TableAccess;
let shop: Shop;
let parameter: string;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey(FUNCTION, 'told', { concurrency: { [FUNCTION]: 3 } });
  table = openTable(latchkey);
  shop = new Shop(latchkey, 'told');
  parameter = latchkey.cloud.parameters.values.get(PARAMETER) ?? '';
  deliveries = await startFaultProxy(() => latchkey.cloud.url);
  for (const provider of ['stripe', 'paypal'] as const)
    shop[provider].sendEventsTo(`${deliveries.url}/payments/${provider}?site=told`);
});
afterEach(endFaults);
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await deliveries.close();
});

function endFaults(): void {
  for (const proxy of [deliveries, ...Object.values(latchkey.proxies)]) proxy.decide(() => 'pass');
  latchkey.cloud.parameters.values.set(PARAMETER, parameter);
  shop.paypal.faults.clear();
}

const kill = () => latchkey.cloud.lambda(FUNCTION).kill();

/** A fate for the first request that it is meant for; all others pass. */
function once(fate: Fate, isMeant: (passing: Passing) => boolean = () => true): (passing: Passing) => Fate {
  let isOver = false;
  return (passing) => {
    if (isOver || !isMeant(passing)) return 'pass';
    isOver = true;
    return fate;
  };
}

const isState = (contact: string, provider: Provider, state: string) =>
  eventually(async () => {
    const { subscriptions } = (await latchkey.member('told', contact)) ?? {};
    expect(subscriptions?.[SOLD[provider].product]?.state).toBe(state);
  });

/** A contact with a subscription that is known, of which every event is taken. */
async function subscribed(provider: Provider) {
  const { item, state } = SOLD[provider];
  const { contact, id } = shop.subscribe(provider, { state, item });
  await isState(contact, provider, state);
  await shop[provider].eventsAnswered();
  return { contact, id };
}

/** It ends at the provider, which says so in one event. */
const endAt = (provider: Provider, id: string): void =>
  provider === 'stripe' ? shop.stripe.owner.endSubscription(id) : shop.paypal.account.expire(id);

/** How the provider's deliveries were answered, once none of what was told meanwhile is under way; 0 is not at all. */
async function answersTo(provider: Provider, act: () => unknown): Promise<number[]> {
  const { length } = await shop[provider].eventsAnswered();
  await act();
  return (await shop[provider].eventsAnswered()).slice(length).map(({ status }) => status);
}

/** Delivers once more what a provider has delivered. */
function deliverAgain({ path, headers, body }: Passing): Promise<Response> {
  const signature = Object.entries(headers).filter(([name]) => /^(paypal-|stripe-|content-type)/.test(name));
  return fetch(latchkey.cloud.url + path, {
    method: 'POST',
    headers: signature as [string, string][],
    body,
  });
}

/** The records of what providers' events have started for a contact. */
const told = async (contact: string): Promise<WebhookRecord[]> =>
  (await latchkey.records('told', contact)).filter(({ identity }) => identity !== undefined);

/** Lets two minutes pass for the job that an event has started, and the sweep run. */
async function sweep(contact: string): Promise<void> {
  const waiting = (await told(contact)).filter(({ state }) => state === 'queued');
  expect(waiting).toHaveLength(1);
  for (const record of waiting) await table.makeOverdue(record);
  await latchkey.cloud.lambda('sweep').invoke({});
}

/** Waits until member, tags and site know of the end, and looks that one job has told them. */
async function hasEndedOnce(contact: string, provider: Provider): Promise<void> {
  await isState(contact, provider, 'ended');
  await eventually(async () => {
    const states = (await told(contact)).map(({ state }) => state);
    expect(states.filter((state) => state !== 'duplicate')).toEqual(['applied']);
  });
  expect(shop.tagsOf(contact)).toEqual([PAYMENT_TAGS.ended]);
  const events = (await table.items()).filter(
    ({ pk, type }) => pk === `told#${contact}` && type === 'subscription.ended',
  );
  expect(events).toHaveLength(1);
}

/** Why events were not taken so far, as the log has it. */
const reasons = (): string[] =>
  latchkey.lines.flatMap((line) => {
    const { message, reason } = line.startsWith('{') ? JSON.parse(line) : {};
    return message === 'payment event not taken' ? [reason] : [];
  });

test.each([
  ['stripe', 'refuses', 'refuse'],
  ['paypal', 'never answers', 'hang'],
] as const)(
  'an event of %s while SQS %s is taken, and the sweep sends its job',
  async (provider, _, fate) => {
    const { contact, id } = await subscribed(provider);
    latchkey.proxies.sqs.decide(() => fate);
    expect(await answersTo(provider, () => endAt(provider, id))).toEqual([200]);
    expect(await told(contact)).toMatchObject([{ state: 'queued', command: 'subscription_look' }]);
    expect(await latchkey.messagesIn('operations')).toBe(0);

    await sweep(contact);

    await hasEndedOnce(contact, provider);
  },
);

const failCertificate = (fault: Pick<Fault, 'does' | 'status'>) =>
  shop.paypal.faults.next({ ...fault, route: CERTIFICATE, times: Number.POSITIVE_INFINITY });

const FAULTS: { provider: Provider; fault: string; begin: () => unknown; reason: RegExp }[] = [
  {
    ...{ provider: 'stripe', fault: 'DynamoDB refuses everything', reason: /Unknown|InternalServer/ },
    begin: () => latchkey.proxies.dynamodb.decide(() => 'refuse'),
  },
  {
    ...{ provider: 'paypal', fault: 'DynamoDB never answers', reason: /^TimeoutError/ },
    begin: () => latchkey.proxies.dynamodb.decide(() => 'hang'),
  },
  {
    ...{
      provider: 'stripe',
      fault: 'SSM never answers',
      reason: /local\/told\/stripe cannot be read: TimeoutError/,
    },
    begin: () => latchkey.proxies.ssm.decide(() => 'hang'),
  },
  {
    ...{
      provider: 'stripe',
      fault: 'the parameter is missing',
      reason: /local\/told\/stripe cannot be read: ParameterNotFound/,
    },
    begin: () => latchkey.cloud.parameters.values.delete(PARAMETER),
  },
  {
    ...{
      provider: 'stripe',
      fault: 'the parameter is broken',
      reason: /local\/told\/stripe .* wrong: the whole/,
    },
    begin: () => latchkey.cloud.parameters.values.set(PARAMETER, `{"key":"${BROKEN}"`),
  },
  {
    ...{ provider: 'paypal', fault: 'the certificate is refused', reason: /cannot be had: .* answered 500/ },
    begin: () => failCertificate({ does: 'answer', status: 500 }),
  },
  {
    ...{ provider: 'paypal', fault: 'the certificate never comes', reason: /cannot be had: TimeoutError/ },
    begin: () => failCertificate({ does: 'hang' }),
  },
];

test.each(FAULTS)(
  'an event of $provider while $fault is answered 503, and is applied once it comes again',
  async ({ provider, begin, reason }) => {
    const { contact, id } = await subscribed(provider);
    const before = { reasons: reasons().length, passed: deliveries.passed.length };
    const items = (await table.items()).length;
    kill(); // what it has read of SSM and PayPal's certificate it would keep
    begin();
    let answered = 0;
    deliveries.decide(() => ({ after: () => void answered++ }));
    const answers = await answersTo(provider, async () => {
      endAt(provider, id);
      await eventually(async () => expect(deliveries.passed.length).toBeGreaterThan(before.passed));
      const again = await deliverAgain(deliveries.passed.at(-1) as Passing);
      expect([again.status, (await readAnswer(again)).detail]).toEqual([
        503,
        'This event was not taken: send it again.',
      ]);
      expect(Number(again.headers.get('retry-after'))).toBeGreaterThan(0);
      await eventually(async () => expect(reasons().length).toBeGreaterThan(before.reasons + 1));
      await eventually(async () => expect(answered).toBeGreaterThan(0)); // or the kill below would be its answer
      expect(await table.items()).toHaveLength(items);
      endFaults();
      kill(); // a broken parameter it would keep for five minutes
    });
    expect([answers[0], answers.at(-1)]).toEqual([503, 200]);
    await hasEndedOnce(contact, provider);
    for (const each of reasons().slice(before.reasons)) expect(each).toMatch(reason);
  },
);

test('no line of all that holds a secret', () => {
  const { key, webhookSecrets } = shop.stripe.credentials as { key: string; webhookSecrets: string[] };
  const { clientSecret } = shop.paypal.credentials;
  expect(reasons().length).toBeGreaterThanOrEqual(2 * FAULTS.length);
  for (const secret of [BROKEN, key, ...webhookSecrets, clientSecret])
    expect(findCanary(secret, latchkey.lines)).toEqual([]);
});

describe.each(['stripe', 'paypal'] as const)('an event of %s', (provider) => {
  test('whose answer gets lost is delivered again, as a duplicate', async () => {
    const { contact, id } = await subscribed(provider);
    deliveries.decide(once('lose'));
    expect(await answersTo(provider, () => endAt(provider, id))).toEqual([0, 200]);
    await hasEndedOnce(contact, provider);
    const [first, second] = await told(contact);
    expect(second).toMatchObject({ state: 'duplicate', duplicateOf: first?.id, identity: first?.identity });
  });

  test('that is delivered three times at once is one job, and two duplicates', async () => {
    const { contact, id } = await subscribed(provider);
    let copies: Promise<Response>[] = [];
    deliveries.decide((passing) => ({
      before: () => {
        copies = [deliverAgain(passing), deliverAgain(passing)];
      },
    }));
    expect(await answersTo(provider, () => endAt(provider, id))).toEqual([200]);
    for (const copy of await Promise.all(copies)) expect(copy.status).toBe(200);
    await hasEndedOnce(contact, provider);
    expect((await told(contact)).filter(({ state }) => state === 'duplicate')).toHaveLength(2);
  });
});

const recordsJob = ({ operation }: Passing) => operation.endsWith('.TransactWriteItems');

test.each([
  {
    what: 'whose taker is killed between record and message',
    begin: () => latchkey.proxies.dynamodb.decide(once({ after: kill }, recordsJob)),
    answers: [500, 200],
  },
  {
    what: 'whose taker never learns that it was recorded',
    begin: () => latchkey.proxies.dynamodb.decide((passing) => (recordsJob(passing) ? 'keep' : 'pass')),
    answers: [503, 200],
  },
])(
  'an event $what is found by the sweep, and is a duplicate when it comes again',
  async ({ begin, answers }) => {
    const { contact, id } = await subscribed('stripe');
    const before = reasons().length;
    begin();
    latchkey.proxies.sqs.decide(() => 'hang'); // no message leaves
    const given = await answersTo('stripe', async () => {
      endAt('stripe', id);
      await eventually(async () => expect(await told(contact)).toHaveLength(1));
      if (answers[0] === 503) await eventually(async () => expect(reasons().length).toBeGreaterThan(before));
      latchkey.proxies.dynamodb.decide(() => 'pass');
    });
    expect([given[0], given.at(-1)]).toEqual(answers);
    expect((await told(contact)).map(({ state }) => state).toSorted()).toEqual(['duplicate', 'queued']);
    expect(await latchkey.messagesIn('operations')).toBe(0);

    await sweep(contact);

    await hasEndedOnce(contact, 'stripe');
  },
);
