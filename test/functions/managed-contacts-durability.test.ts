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

test('with DynamoDB down a webhook that brings a contact is refused: no queue may hold what it says', async () => {
  latchkey.proxies.dynamodb.decide(() => 'refuse');
  const before = sentMessages(latchkey.proxies.sqs).length;
  expect((await post('1')).status).toBe(503);
  expect(sentMessages(latchkey.proxies.sqs)).toHaveLength(before);
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
