import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Fate } from '../../local/fault-proxy.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const WINDOW_MS = 5000; // in which a CRM listens, from the moment that it posts

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy', { pollers: false });
  table = openTable(latchkey);
});
beforeEach(coldReceiver);
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Lets no receiver be there: the next webhook, or `warm`, starts one. */
async function coldReceiver(): Promise<void> {
  const receive = latchkey.cloud.lambda('receive');
  receive.kill();
  await eventually(async () => expect(receive.pids).toEqual([]));
  latchkey.lines.length = 0;
  for (const { passed } of Object.values(latchkey.proxies)) passed.length = 0;
}

const warm = () => latchkey.cloud.lambda('receive').warm();

/** Starts a receiver that is primed. On a busy machine its time may end before that: then another one. */
const warmAndPrimed = () =>
  eventually(async () => {
    await coldReceiver();
    await warm();
    expect(notPrimed()).toEqual([]);
  });

const notPrimed = () => latchkey.lines.filter((line) => line.includes('"not primed"'));
const operations = (service: 'dynamodb' | 'sqs') =>
  latchkey.proxies[service].passed.map(({ operation }) => operation.split('.').at(-1)).sort();
const connections = () =>
  [latchkey.proxies.dynamodb, latchkey.proxies.sqs].map((proxy) => proxy.connections());

let contacts = 0;
const contact = () => String(++contacts);

test('priming asks DynamoDB and SQS, and leaves no item and no message', async () => {
  await warmAndPrimed();
  expect([operations('dynamodb'), operations('sqs')]).toEqual([
    ['PutItem', 'UpdateItem'],
    ['GetQueueAttributes'],
  ]);
  expect(await table.items()).toEqual([]);
  for (const queue of Object.keys(latchkey.cloud.queues)) expect(await latchkey.messagesIn(queue)).toBe(0);
});

test('a receiver does not wait for services that hang as long as a webhook does', async () => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'hang');
  await warm();
  // The SDK's own time-outs would be told as such, and tried again.
  const ended = { level: 'WARN', reason: expect.stringContaining('AbortError') };
  expect(notPrimed().map((line) => JSON.parse(line))).toMatchObject([ended, ended]);
  expect([operations('dynamodb'), operations('sqs')].flat()).toHaveLength(3);
});

test.each(['aal_updateuser', 'aal_genpass', 'aal_batchsync'])(
  'the first webhook of a receiver opens no new connection: %s',
  async (command) => {
    await warm();
    const opened = connections();
    const contactId = contact();
    const id = await latchkey.send('academy', command, { contactId });
    expect(await latchkey.record('academy', contactId, id)).toBeDefined();
    expect(connections()).toEqual(opened);
    expect(notPrimed()).toEqual([]);
  },
);

const faults: Fate[] = ['refuse', 'reset', 'hang'];

describe.each(faults)('a receiver that starts while services %s', (fate) => {
  const failing = (...services: ('dynamodb' | 'sqs')[]) => {
    for (const service of services) latchkey.proxies[service].decide(() => fate);
  };
  const failed = () => notPrimed().map((line) => JSON.parse(line));

  /** Posts the webhook that starts the receiver. */
  async function post(command: string, contactId: string) {
    const started = performance.now();
    const response = await latchkey.post('academy', command, { contactId });
    return {
      status: response.status,
      ms: performance.now() - started,
      webhook: (await readAnswer(response)).webhook,
    };
  }

  test('takes its first webhook though DynamoDB does: the message holds it', async () => {
    failing('dynamodb');
    const { status, ms } = await post('aal_updateuser', contact());
    expect(status).toBe(200);
    expect(ms).toBeLessThan(WINDOW_MS);
    expect(operations('sqs')).toContain('SendMessage');
    expect(failed()).toMatchObject([{ level: 'WARN', client: 'dynamodb', reason: expect.any(String) }]);
  });

  test('takes its first webhook though SQS does: the record holds it', async () => {
    failing('sqs');
    const contactId = contact();
    const { status, ms, webhook } = await post('aal_genpass', contactId);
    expect(status).toBe(200);
    expect(ms).toBeLessThan(WINDOW_MS);
    expect(await latchkey.record('academy', contactId, webhook)).toMatchObject({ state: 'queued' });
    expect(failed()).toMatchObject([{ level: 'WARN', client: 'sqs', reason: expect.any(String) }]);
  });

  test('answers 503 while both do, and works as soon as they are back', async () => {
    failing('dynamodb', 'sqs');
    const { status } = await post('aal_genpass', contact());
    expect(status).toBe(503);
    for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
    const contactId = contact();
    const { webhook } = await post('aal_genpass', contactId);
    expect(await latchkey.record('academy', contactId, webhook)).toMatchObject({ state: 'queued' });
  });
});
