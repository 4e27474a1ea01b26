import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { MAX_ATTEMPTS } from '../../functions/jobs/attempts.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
let table: DynamoDBDocumentClient;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(latchkey.cloud.endpoints.dynamodb)));
});
afterAll(async () => {
  table.destroy();
  await latchkey.stop();
});

test('a backlog waits for the limit of 5 requests a second: every job applied, no attempt counted, nothing dead', async () => {
  const slow = latchkey.simulators.get('slow') as ActiveCampaignSimulator;
  const contacts = slow.contacts
    .all()
    .slice(0, 12)
    .map(({ id }) => id);
  const started = Date.now();
  const sent = await Promise.all(
    contacts.map(async (contact) => ({
      contact,
      id: await latchkey.send('slow', 'aal_genpass', { contactId: contact }),
    })),
  );
  for (const { contact, id } of sent) {
    const record = await eventually(async () => {
      const found = await latchkey.record('slow', contact, id);
      expect(found?.state).toBe('applied');
      return found;
    }, 40_000);
    expect(record?.attempts).toBe(1);
  }
  const seconds = (Date.now() - started) / 1000;
  expect(slow.requests.total / seconds).toBeLessThanOrEqual(5);
  // A stall of this machine can push two requests together; then Retry-After is obeyed, as the next test shows.
  expect(slow.requests.refused / slow.requests.total).toBeLessThan(0.1);
  expect(await latchkey.messagesIn('operations/dead-letters')).toBe(0);
}, 60_000);

test('Retry-After is obeyed by all: nobody asks the CRM before it is over, and no attempt is counted', async () => {
  crm.requests.reset();
  crm.faults.next({ does: 'answer', status: 429, headers: { 'retry-after': '3' }, times: 1 });
  const started = Date.now();
  const ids = await Promise.all(
    ['1', '2', '3'].map((contact) => latchkey.send('academy', 'aal_genpass', { contactId: contact })),
  );
  await eventually(async () => expect(crm.faults.struck).toBeGreaterThan(0));
  const refusedAt = Date.now();
  await eventually(async () => expect(crm.requests.total).toBeGreaterThan(crm.faults.struck + 2));
  expect(Date.now() - refusedAt).toBeGreaterThan(2_500);
  for (const [index, id] of ids.entries()) {
    const record = await latchkey.until('academy', String(index + 1), id, 'applied');
    expect(record.attempts).toBe(1);
  }
  expect(Date.now() - started).toBeGreaterThan(3_000);
});

test('after the last attempt a job is failed: in the dead-letter queue, with the reason in its record', async () => {
  crm.faults.next({ does: 'answer', status: 503, times: 1 });
  const id = await lastAttempt('4');
  const record = await latchkey.until('academy', '4', id, 'failed');
  expect(record.reason).toContain(`gave up after ${MAX_ATTEMPTS} attempts`);
  expect(record.reason).toContain('503');
  expect(await latchkey.messagesIn('operations/dead-letters')).toBe(1);
  await eventually(async () => expect(await latchkey.messagesIn('operations')).toBe(0));
});

test('a job that kills its worker every time ends in the dead-letter queue too', async () => {
  const id = await lastAttempt('5', MAX_ATTEMPTS);
  const record = await latchkey.until('academy', '5', id, 'failed');
  expect(record.reason).toContain('crash or time-out');
});

/** A genpass of which so many attempts are over, begun without a word about how they ended. */
async function lastAttempt(contact: string, over = MAX_ATTEMPTS - 1): Promise<string> {
  const id = `01M80Q5VNPC502QPZSN7XX00${contact.padStart(2, '0')}`;
  const receivedAt = new Date().toISOString();
  const webhook = {
    id,
    site: 'academy',
    command: 'aal_genpass',
    contactId: contact,
    parameters: {},
    receivedAt,
  };
  await table.send(
    new UpdateCommand({
      TableName: latchkey.cloud.tableName,
      Key: { pk: `academy#${contact}`, sk: `webhook#${id}` },
      UpdateExpression: `SET id = :id, #site = :site, #command = :command, contactId = :contact, #parameters = :none,
        receivedAt = :now, #state = :queued, queue = :queue, attempts = :attempts, pendingKey = :key, pendingAt = :now`,
      ExpressionAttributeNames: {
        '#state': 'state',
        '#site': 'site',
        '#command': 'command',
        '#parameters': 'parameters',
      },
      ExpressionAttributeValues: {
        ':id': id,
        ':site': 'academy',
        ':command': 'aal_genpass',
        ':contact': contact,
        ':none': {},
        ':now': receivedAt,
        ':queued': 'queued',
        ':queue': 'operations',
        ':attempts': over,
        ':key': 'jobs#0',
      },
    }),
  );
  await latchkey.cloud.functions.work?.invoke(sqsEvent([webhook]));
  return id;
}
