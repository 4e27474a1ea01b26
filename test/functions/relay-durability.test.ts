import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Passing } from '../../local/fault-proxy.ts';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { doneFor, hostOf, passThrough } from '../support/relay.ts';
import { lastEventAt } from '../support/relay-workers.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const EMAIL = 'canary.person@example.com';
const NOTE = 'canary-note-of-the-body';

let latchkey: FaultyLatchkey;
let host: PluginSite;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'relayed', { pluginHost: { answerMs: 5 } });
  host = hostOf(latchkey, 'relayed');
  table = openTable(latchkey);
});
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const takeDown = (...services: ('dynamodb' | 'sqs')[]) => {
  for (const service of services) latchkey.proxies[service].decide(() => 'refuse');
};
const writesRecord = ({ operation }: Passing) => operation.endsWith('.PutItem');

/** Posts a webhook that an update would not stand in for; gives status and answer. */
async function post(contact: string, seq: number) {
  const body = { 'contact[id]': contact, 'contact[email]': EMAIL, note: NOTE, seq: String(seq) };
  const response = await latchkey.post('relayed', 'mbr_genpass', { ...body, default_pass: 'correct-horse' });
  return { http: response.status, ...(await readAnswer(response)) };
}

const applied = (contact: string, id: string) => latchkey.until('relayed', contact, id, 'applied');

/** What a sweep says that runs now. */
async function sweep(): Promise<Record<string, unknown>> {
  const before = latchkey.lines.length;
  await latchkey.cloud.lambda('sweep').invoke({});
  return eventually(async () => {
    const lines = latchkey.lines.slice(before).map((line) => JSON.parse(line) as Record<string, unknown>);
    const line = lines.find(({ message }) => message === 'sweep');
    if (!line) throw new Error('no sweep has said anything');
    return line;
  });
}

test('with DynamoDB down webhooks travel sealed, and are delivered in order with what comes later', async () => {
  const before = sentMessages(latchkey.proxies.sqs).length;
  const letGo = host.hold();
  takeDown('dynamodb');
  const answers = [await post('9001', 1), await post('9001', 2)];
  latchkey.proxies.dynamodb.decide(() => 'pass');
  answers.push(await post('9001', 3));
  letGo();

  expect(answers).toMatchObject(Array(3).fill({ http: 200, status: 'queued' }));
  await applied('9001', answers[2]?.webhook ?? '');
  for (const record of await latchkey.records('relayed', '9001')) {
    expect(record.state).toBe('applied');
    expect(record).not.toHaveProperty('secrets');
    expect(record).not.toHaveProperty('request');
  }
  expect(doneFor(host.requests, '9001')).toEqual([1, 2, 3]);
  const delivered = host.requests.find(({ webhookId }) => webhookId === answers[0]?.webhook);
  expect(new URLSearchParams(delivered?.body.toString())).toEqual(
    new URLSearchParams({
      ...{ 'contact[id]': '9001', 'contact[email]': EMAIL, note: NOTE, seq: '1' },
      default_pass: 'correct-horse',
    }),
  );
  const sent = sentMessages(latchkey.proxies.sqs).slice(before);
  expect(sent.map(({ MessageBody }) => JSON.parse(MessageBody).task)).toEqual(['record', 'record', 'apply']);
  for (const { MessageBody } of sent) expect(MessageBody).not.toMatch(/canary|correct-horse|request|body/);
});

test('with SQS down the sweep finds a webhook, and raises no flag for it', async () => {
  takeDown('sqs');
  const { http, webhook } = await post('9003', 1);
  expect(http).toBe(200);
  latchkey.proxies.sqs.decide(() => 'pass');
  await table.makeOverdue({ site: 'relayed', contactId: '9003', id: webhook });

  expect(await sweep()).toMatchObject({ queuedAgain: 1, due: 0, failed: 0 });

  await applied('9003', webhook);
  expect(doneFor(host.requests, '9003')).toEqual([1]);
  expect(await latchkey.flag('relayed', '9003')).toBeUndefined();
});

test('with both down a webhook is answered 503, and nothing is delivered', async () => {
  takeDown('dynamodb', 'sqs');
  const { http, title } = await post('9004', 1);
  expect([http, title]).toEqual([503, 'Not stored']);
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');

  const { webhook } = await post('9004', 2);
  await applied('9004', webhook);
  expect(doneFor(host.requests, '9004')).toEqual([2]);
});

test.each([
  { what: 'the first answer', times: 1, contact: '9005' },
  { what: 'every answer', times: Number.POSITIVE_INFINITY, contact: '9006' },
])('a record is written and $what about it lost: it is delivered once', async ({ times, contact }) => {
  let lost = 0;
  latchkey.proxies.dynamodb.decide((passing) => (writesRecord(passing) && ++lost <= times ? 'lose' : 'pass'));
  const { http, webhook } = await post(contact, 1);
  expect([http, lost > 0]).toEqual([200, true]);
  latchkey.proxies.dynamodb.decide(() => 'pass');

  await applied(contact, webhook);
  await eventually(async () => expect(await latchkey.messagesIn('deliveries')).toBe(0));
  expect(doneFor(host.requests, contact)).toEqual([1]);
  expect(await latchkey.records('relayed', contact)).toHaveLength(1);
});

test('an event that waits for its date is sent then, and does not count as lost', async () => {
  const contact = { site: 'flooded', contactId: '9007' } as const;
  await lastEventAt(table, contact, new Date());
  const body = new URLSearchParams({ type: 'update', 'contact[id]': '9007', seq: '1' });
  const { webhook } = await readAnswer(await passThrough(latchkey, 'flooded', '?type=update', { body }));
  const parked = await eventually(async () => {
    const record = await latchkey.record('flooded', '9007', webhook);
    expect(record?.dueAt).toBeDefined();
    return record;
  });
  expect(parked).toMatchObject({ state: 'queued', pendingAt: parked?.dueAt });
  await eventually(async () => expect(await latchkey.messagesIn('deliveries')).toBe(0));
  expect(await sweep()).toMatchObject({ queuedAgain: 0, due: 0 });

  const past = new Date(Date.now() - 1000).toISOString();
  await lastEventAt(table, contact, new Date(0));
  await table.change({ ...contact, id: webhook }, { pendingAt: past, dueAt: past });
  expect(await sweep()).toMatchObject({ queuedAgain: 0, due: 1, failed: 0 });

  await latchkey.until('flooded', '9007', webhook, 'applied');
  expect(doneFor(hostOf(latchkey, 'flooded').requests, '9007')).toEqual([1]);
});

test('what waits behind another delivery of its contact is not lost, and is sent no second message', async () => {
  const contact = { site: 'relayed', contactId: '9008' } as const;
  const letGo = host.hold();
  const first = (await post('9008', 1)).webhook;
  await host.until((requests) => requests.some(({ webhookId }) => webhookId === first));
  const second = (await post('9008', 2)).webhook;

  await table.makeOverdue({ ...contact, id: second });
  expect(await sweep()).toMatchObject({ queuedAgain: 0, due: 0, failed: 0 });

  const waiting = await latchkey.record('relayed', '9008', second);
  expect(waiting?.sweeps ?? 0).toBe(0);
  expect(Date.parse(waiting?.pendingAt ?? '')).toBeGreaterThan(Date.now()); // as long as the first is looked after
  letGo();
  await applied('9008', second);
  // The first may have been given up by its time-out meanwhile, and done twice.
  expect([...new Set(doneFor(host.requests, '9008'))]).toEqual([1, 2]);
});
