import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { Passing } from '../../local/fault-proxy.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually } from '../support/latchkey.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy');
  table = openTable(latchkey);
});
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const refuseAll = () => 'refuse' as const;
const takeDown = (...services: ('dynamodb' | 'sqs')[]) => {
  for (const service of services) latchkey.proxies[service].decide(refuseAll);
};
const refuse = (isRefused: (passing: Passing) => boolean) =>
  latchkey.proxies.dynamodb.decide((passing) => (isRefused(passing) ? 'refuse' : 'pass'));
const writesRecord = ({ operation }: Passing) => operation.endsWith('.PutItem');
const raisesFlag = ({ operation }: Passing) => operation.endsWith('.UpdateItem');
const isFlag = (passing: Passing) => raisesFlag(passing) && passing.body.includes('requestedVersion');

/** Posts a webhook for a contact and gives status, headers and answer. */
async function post(command: string, contact: string, more: Record<string, string> = {}) {
  const response = await latchkey.post('academy', command, { 'contact[id]': contact, ...more });
  return { status: response.status, headers: response.headers, answer: await readAnswer(response) };
}

/** Lets two minutes pass for the job, and the sweep run. */
async function sweep(contactId: string, id: string): Promise<void> {
  await table.makeOverdue({ site: 'academy', contactId, id });
  await latchkey.cloud.functions.sweep?.invoke({});
}

const flagOf = async (contact: string) => (await latchkey.flag('academy', contact))?.requestedVersion;
const until = (contact: string, id: string, state: WebhookRecord['state']) =>
  latchkey.until('academy', contact, id, state);

test('with SQS down a light webhook is done as ever: it needs the table alone', async () => {
  takeDown('sqs');
  const { status, answer } = await post('aal_updateuser', '1');
  expect([status, answer.status]).toEqual([200, 'flagged']);
  expect(await flagOf('1')).toBe(1);
});

test.each(['aal_genpass', 'aal_batchsync'])(
  'with SQS down %s is answered 200, and the sweep finds its job',
  async (command) => {
    takeDown('sqs');
    const contact = command === 'aal_genpass' ? '2' : '3';
    const { status, answer } = await post(command, contact);
    expect([status, answer.status]).toEqual([200, 'queued']);
    expect((await latchkey.record('academy', contact, answer.webhook))?.attempts).toBeUndefined();

    await sweep(contact, answer.webhook);

    await until(contact, answer.webhook, 'applied');
  },
);

test('a sweep leaves alone a job whose message has had no time to be picked up', async () => {
  takeDown('sqs');
  const { answer } = await post('aal_genpass', '4');
  await latchkey.cloud.functions.sweep?.invoke({});
  expect(await latchkey.record('academy', '4', answer.webhook)).toMatchObject({ state: 'queued' });
  expect(await latchkey.messagesIn('operations')).toBe(0);
});

test('with DynamoDB down a light webhook goes by SQS, and a worker records and flags it', async () => {
  takeDown('dynamodb');
  const { status, answer } = await post('aal_updateuser', '5');
  expect([status, answer.status]).toEqual([200, 'queued']);
  await until('5', answer.webhook, 'flagged');
  expect(await flagOf('5')).toBe(1);
});

test.each([
  ['aal_genpass', '6'],
  ['aal_batchsync', '7'],
])(
  'with DynamoDB down %s goes by SQS, and a worker records, flags and applies it',
  async (command, contact) => {
    takeDown('dynamodb');
    const { status, answer } = await post(command, contact);
    expect([status, answer.status]).toEqual([200, 'queued']);
    await until(contact, answer.webhook, 'applied');
    expect(await flagOf(contact)).toBeGreaterThanOrEqual(1);
    expect((await latchkey.member('academy', contact))?.email).toMatch(/@example\.com$/);
  },
);

test.each(['aal_updateuser', 'aal_genpass', 'aal_batchsync'])(
  'with both down %s is answered 503 with Retry-After, and leaves nothing behind',
  async (command) => {
    takeDown('dynamodb', 'sqs');
    const { status, headers, answer } = await post(command, '8');
    expect([status, answer.title]).toEqual([503, 'Not stored']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await latchkey.records('academy', '8')).toEqual([]);
  },
);

test('a record without its flag is enough to answer: a worker raises the flag', async () => {
  refuse(raisesFlag);
  const { status, answer } = await post('aal_updateuser', '9');
  expect(status).toBe(200);
  await eventually(async () => expect(await flagOf('9')).toBe(1));
  expect(await latchkey.record('academy', '9', answer.webhook)).toMatchObject({ state: 'flagged' });
});

test('a flag without its record is enough to answer: a worker writes the record', async () => {
  refuse(writesRecord);
  const { status, answer } = await post('aal_updateuser', '10');
  expect(status).toBe(200);
  await until('10', answer.webhook, 'flagged');
});

test('a record without its flag is not enough while SQS is down and the record cannot wait: the flag is all a light webhook does', async () => {
  refuse(raisesFlag);
  takeDown('sqs');
  expect((await post('aal_updateuser', '11')).status).toBe(503);
});

test.each([
  ['aal_updateuser', '/?aal_updateuser=', '19'],
  ['crm_event', '/events/activecampaign/', '20'],
])(
  'with the flag and SQS refused, the record of %s waits: it is answered 200, and the sweep raises the flag',
  async (command, path, contact) => {
    refuse(isFlag);
    takeDown('sqs');
    const response = await fetch(`${latchkey.cloud.url}${path}${HANDSHAKES.academy}`, {
      method: 'POST',
      body: new URLSearchParams({ 'contact[id]': contact, type: 'update' }),
    });
    const answer = await readAnswer(response);
    expect([response.status, answer.status, answer.command]).toEqual([200, 'queued', command]);
    expect(await latchkey.record('academy', contact, answer.webhook)).toMatchObject({ state: 'queued' });
    expect(await flagOf(contact)).toBeUndefined();

    await latchkey.cloud.functions.sweep?.invoke({});

    const record = await until(contact, answer.webhook, 'flagged');
    expect(record.reason).toMatch(/by the sweep/);
    expect(record.pendingAt).toBeUndefined();
    expect(await flagOf(contact)).toBe(1);
    expect(await latchkey.messagesIn('operations')).toBe(0);
  },
);

test('a job whose record and message are there is answered, though its flag is not', async () => {
  refuse(raisesFlag);
  const { answer } = await post('aal_genpass', '12');
  await until('12', answer.webhook, 'applied');
  await eventually(async () => expect(await flagOf('12')).toBeGreaterThanOrEqual(1));
});

test('an answer of DynamoDB that gets lost makes one record, one job and one account', async () => {
  const lost = new Set<string>();
  latchkey.proxies.dynamodb.decide(({ operation }) => {
    if (lost.has(operation)) return 'pass';
    lost.add(operation);
    return 'lose';
  });
  const { status, answer } = await post('aal_genpass', '13');
  expect([status, lost.size]).toEqual([200, 2]);
  await until('13', answer.webhook, 'applied');
  expect(await latchkey.records('academy', '13')).toHaveLength(1);
});

test('a batch sync whose hand-off failed does not swallow the webhook that comes after it', async () => {
  refuse(writesRecord); // the contact's list of waiting webhooks is written, and then everything fails
  takeDown('sqs');
  expect((await post('aal_batchsync', '14')).status).toBe(503);
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');

  const { status, answer } = await post('aal_batchsync', '14');
  expect(status).toBe(200);
  await sweep('14', answer.webhook); // it joined a sync whose message never left: the sweep makes up for it

  await until('14', answer.webhook, 'applied');
  const { answer: next } = await post('aal_batchsync', '14');
  await until('14', next.webhook, 'applied'); // and from then on nobody needs the sweep
});

test('with DynamoDB down a webhook with a password in it goes by SQS, where nobody can read that, and is applied', async () => {
  takeDown('dynamodb');
  const before = sentMessages(latchkey.proxies.sqs).length;
  const { status, answer } = await post('mbr_genpass', '15', { default_pass: 'correct-horse' });
  expect([status, answer.status]).toEqual([200, 'queued']);
  const sent = sentMessages(latchkey.proxies.sqs).slice(before);
  expect(sent.map(({ MessageBody }) => JSON.parse(MessageBody))).toMatchObject([
    { task: 'record', webhook: { id: answer.webhook, parameters: {} }, sealed: expect.any(String) },
  ]);
  expect(JSON.stringify(sent)).not.toContain('correct-horse');

  const record = await until('15', answer.webhook, 'applied'); // by a worker, and no sweep
  expect(record.secrets).toBeUndefined();
  expect(latchkey.simulators.get('academy')?.contacts.get('15')?.fields['7']).toBe('correct-horse');
});

test('a webhook with a password whose record was refused makes one account, with that password', async () => {
  refuse(writesRecord);
  const { answer } = await post('mbr_genpass', '16', { default_pass: 'correct-horse' });
  await until('16', answer.webhook, 'applied');
  expect(await latchkey.records('academy', '16')).toHaveLength(1);
  expect(latchkey.simulators.get('academy')?.contacts.get('16')?.fields['7']).toBe('correct-horse');
});

test('with both down a webhook with a password is answered 503, and leaves nothing behind', async () => {
  takeDown('dynamodb', 'sqs');
  const { status, headers } = await post('mbr_genpass', '18', { default_pass: 'correct-horse' });
  expect([status, headers.has('retry-after')]).toEqual([503, true]);
  expect(await latchkey.records('academy', '18')).toEqual([]);
});

test('a webhook with a password is applied from its record when SQS is down', async () => {
  takeDown('sqs');
  const { status, answer } = await post('mbr_genpass', '17', { default_pass: 'correct-horse' });
  expect(status).toBe(200);
  await sweep('17', answer.webhook);
  const record = await until('17', answer.webhook, 'applied');
  expect(record.secrets).toBeUndefined();
  expect(latchkey.simulators.get('academy')?.contacts.get('17')?.fields['7']).toBe('correct-horse');
});
