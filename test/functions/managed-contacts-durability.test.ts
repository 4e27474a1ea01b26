import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { openTable } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'managed');
});
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(() => latchkey.stop());

async function post(contact: string) {
  const response = await latchkey.post('managed', 'aal_updateuser', { id: contact, first_name: 'Ada' });
  return { status: response.status, answer: await readAnswer(response) };
}

test('with DynamoDB down a webhook that brings a contact goes by SQS, where nobody can read it, and is applied', async () => {
  latchkey.proxies.dynamodb.decide(() => 'refuse');
  const before = sentMessages(latchkey.proxies.sqs).length;
  const { status, answer } = await post('1');
  expect([status, answer.status]).toEqual([200, 'queued']);
  const sent = sentMessages(latchkey.proxies.sqs).slice(before);
  expect(sent).toHaveLength(1);
  expect(sent[0]?.MessageBody).not.toContain('Ada');

  await latchkey.until('managed', '1', answer.webhook, 'applied');
  expect((await latchkey.member('managed', '1'))?.firstName).toBe('Ada');
});

test('with SQS down it is applied from its record, which the sweep finds', async () => {
  latchkey.proxies.sqs.decide(() => 'refuse');
  const { status, answer } = await post('2');
  expect([status, answer.status]).toEqual([200, 'queued']);
  const table = openTable(latchkey);
  await table.makeOverdue({ site: 'managed', contactId: '2', id: answer.webhook });
  table.close();

  await latchkey.cloud.functions.sweep?.invoke({});

  await latchkey.until('managed', '2', answer.webhook, 'applied');
  expect((await latchkey.member('managed', '2'))?.firstName).toBe('Ada');
});
