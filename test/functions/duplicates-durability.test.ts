import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { webhookKey } from '../../functions/store/keys.ts';
import type { Passing } from '../../local/fault-proxy.ts';
import { type Sender, senderTo } from '../support/adding-commands.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { type SentMessage, sentMessages } from '../support/sent-messages.ts';
import { sqsRecord } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { TRANSACTION_CONFLICT } from '../support/transaction-conflict.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
let sender: Sender;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy', { pollers: false });
  table = openTable(latchkey);
  sender = senderTo(latchkey);
  await latchkey.cloud.lambda('receive').warm(); // so that what is counted is the webhook's
});
const bringUp = () => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
};
afterEach(bringUp);
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

let contacts = 0;
const newContact = () => String(++contacts);
const post = (contact: string) => sender.post('aal_fieldop', contact);

const isTransaction = ({ operation }: Passing) => operation.endsWith('.TransactWriteItems');
const takeDown = (...services: ('dynamodb' | 'sqs')[]) => {
  for (const service of services) latchkey.proxies[service].decide(() => 'refuse');
};

/** The messages that receive has sent for a contact, in order; one that a slow answer made it repeat counts once, as on the queue. */
const messagesFor = (contact: string) =>
  sentMessages(latchkey.proxies.sqs).filter(
    ({ MessageBody, MessageDeduplicationId }, index, all) =>
      JSON.parse(MessageBody).webhook.contactId === contact &&
      all.findIndex((other) => other.MessageDeduplicationId === MessageDeduplicationId) === index,
  );

/** Has the worker work on messages. */
const deliver = (messages: SentMessage[]) => {
  const Records = messages.map(({ MessageBody }, index) => sqsRecord(String(index), MessageBody));
  return latchkey.cloud.functions.work?.invoke({ Records });
};

/** A contact's webhooks in the order of their arrival: what each is a duplicate of, and how often it was tried. */
const recordedFor = async (contact: string) =>
  (await latchkey.records('academy', contact)).map(({ duplicateOf = 'counts', attempts = 0 }) => [
    duplicateOf,
    attempts,
  ]);

/** What receive asks AWS for while something is done. */
async function askedDuring(action: () => Promise<unknown>): Promise<string[]> {
  const { dynamodb, sqs } = latchkey.proxies;
  const before = [dynamodb.passed.length, sqs.passed.length];
  await action();
  return [...dynamodb.passed.slice(before[0]), ...sqs.passed.slice(before[1])]
    .map(({ operation }) => operation.replace(/.*\./, ''))
    .sort();
}

const COUNTED = ['SendMessage', 'TransactWriteItems', 'UpdateItem'];

test('what counts takes no more requests for being checked, and other commands take the same as ever', async () => {
  expect(await askedDuring(() => post(newContact()))).toEqual(COUNTED);
  const genpass = () => sender.post('aal_genpass', newContact());
  expect(await askedDuring(genpass)).toEqual(['PutItem', 'SendMessage', 'UpdateItem']);
});

test('the job is sent while the record is being written, not after', async () => {
  let tried = 0;
  let triedBeforeJob: number | undefined;
  latchkey.proxies.dynamodb.decide((passing) => {
    if (!isTransaction(passing)) return 'pass';
    tried++;
    return 'hang';
  });
  latchkey.proxies.sqs.decide(() => {
    triedBeforeJob ??= tried;
    return 'pass';
  });
  expect((await post(newContact())).http).toBe(200);
  expect(tried).toBe(2);
  expect(triedBeforeJob).toBeLessThan(2);
});

test('with DynamoDB down for both copies, a worker records them, and only the first counts', async () => {
  const contact = newContact();
  takeDown('dynamodb');
  const answers = [await post(contact), await post(contact)];
  expect(answers.map(({ http, status }) => [http, status])).toEqual(Array(2).fill([200, 'queued']));
  expect(await recordedFor(contact)).toEqual([]);

  await deliver(messagesFor(contact));

  expect(await recordedFor(contact)).toEqual([
    ['counts', 1],
    [answers[0]?.webhook, 0],
  ]);
});

test('one that is recorded late is no second one to its copy that came later', async () => {
  const contact = newContact();
  takeDown('dynamodb');
  await post(contact);
  bringUp();
  const later = await post(contact);
  expect(later.status).toBe('queued');

  await deliver(messagesFor(contact));

  expect(await recordedFor(contact)).toEqual([
    [later.webhook, 0],
    ['counts', 1],
  ]);
  const [late] = await latchkey.records('academy', contact);
  expect(late?.reason).toMatch(/, \d+ s later$/);
});

test('a message that overtakes the record of a duplicate does not have it applied', async () => {
  const contact = newContact();
  const first = await post(contact);
  latchkey.proxies.dynamodb.decide((passing) => (isTransaction(passing) ? 'refuse' : 'pass'));
  await post(contact);
  bringUp();
  const [, job] = messagesFor(contact).filter(({ MessageBody }) => JSON.parse(MessageBody).task === 'apply');

  await deliver(job ? [job] : []);

  expect((await recordedFor(contact))[1]).toEqual([first.webhook, 0]);
});

test.each([
  ['counts', 0, 'queued'],
  ['is a duplicate', 1, 'duplicate'],
])(
  'a record that the worker has written first stays, and the answer says that it %s',
  async (_, copies, status) => {
    const contact = newContact();
    for (let copy = 0; copy < copies; copy++) await post(contact);
    let transactions = 0;
    latchkey.proxies.dynamodb.decide((passing) =>
      isTransaction(passing) && transactions++ === 0 ? 'hang' : 'pass',
    );
    const answer = post(contact);
    await eventually(async () => {
      expect(transactions).toBeGreaterThan(0);
      expect(messagesFor(contact)).toHaveLength(copies + 1);
    });
    await deliver(messagesFor(contact).slice(copies));
    const recorded = await recordedFor(contact);
    expect(recorded).toHaveLength(copies + 1);

    expect((await answer).status).toBe(status);
    expect(transactions).toBe(2);
    expect(await recordedFor(contact)).toEqual(recorded);
  },
);

test('with both down a webhook is answered 503 and claims nothing: sent again, it counts', async () => {
  const contact = newContact();
  takeDown('dynamodb', 'sqs');
  expect((await post(contact)).http).toBe(503);
  expect(await sender.claimsOf(contact)).toEqual([]);
  bringUp();
  expect((await post(contact)).status).toBe('queued');
  expect(await recordedFor(contact)).toEqual([['counts', 0]]);
});

test('a webhook whose receiver dies stands in for the copy that is sent because of it', async () => {
  const contact = newContact();
  latchkey.proxies.dynamodb.decide((passing) =>
    isTransaction(passing) ? { after: () => latchkey.cloud.functions.receive?.kill() } : 'pass',
  );
  expect((await post(contact)).http).toBe(500);
  bringUp();
  const [record] = await latchkey.records('academy', contact);
  expect(record).toMatchObject({ state: 'queued' });
  expect((await post(contact)).duplicateOf).toBe(record?.id);
});

test.each([
  ['once, and the SDK repeats it', 1],
  ['twice, and a worker records it late', 2],
])('a record is no duplicate of itself where the answer to it gets lost %s', async (_, times) => {
  const contact = newContact();
  let lost = 0;
  latchkey.proxies.dynamodb.decide((passing) => (isTransaction(passing) && lost++ < times ? 'lose' : 'pass'));
  expect((await post(contact)).status).toBe('queued');
  expect(lost).toBe(2);

  await deliver(messagesFor(contact));

  expect(await recordedFor(contact)).toEqual([['counts', 1]]);
});

test('a job that is redriven after its record has expired is no duplicate of itself', async () => {
  const contact = newContact();
  const { webhook: id } = await post(contact);
  await table.remove(webhookKey({ site: 'academy', contactId: contact, id }));
  expect(await sender.claimsOf(contact)).toHaveLength(1); // DynamoDB deletes what has expired in any order

  await deliver(messagesFor(contact));

  expect(await recordedFor(contact)).toEqual([['counts', 1]]);
});

test('a record that another transaction is in the way of is written a moment later', async () => {
  let conflicts = 0;
  latchkey.proxies.dynamodb.decide((passing) =>
    isTransaction(passing) && conflicts++ < 2 ? { answer: TRANSACTION_CONFLICT } : 'pass',
  );
  const contact = newContact();
  expect(await askedDuring(() => post(contact))).toEqual(
    [...COUNTED, 'TransactWriteItems', 'TransactWriteItems'].sort(),
  );
  expect(await recordedFor(contact)).toEqual([['counts', 0]]);
});

test('a record that other transactions stay in the way of goes by SQS', async () => {
  latchkey.proxies.dynamodb.decide((passing) =>
    isTransaction(passing) ? { answer: TRANSACTION_CONFLICT } : 'pass',
  );
  const contact = newContact();
  expect((await post(contact)).status).toBe('queued');
  expect(await recordedFor(contact)).toEqual([]);

  await deliver(messagesFor(contact));

  expect(await recordedFor(contact)).toEqual([['counts', 1]]);
});
