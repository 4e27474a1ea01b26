import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy');
  table = openTable(latchkey);
});
// What is counted here is what the webhook asks for, not what priming does.
const warm = () => latchkey.cloud.lambda('receive').warm();
beforeEach(warm);
afterEach(() => {
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const kill = () => latchkey.cloud.functions.receive?.kill();

test.each([
  ['aal_genpass', '1'],
  ['aal_batchsync', '2'],
])(
  'a receiver of %s that is killed after the write to DynamoDB and before the send to SQS loses nothing',
  async (command, contact) => {
    const { dynamodb, sqs } = latchkey.proxies;
    let written = 0;
    sqs.decide(() => 'hang'); // the message never leaves
    dynamodb.decide(() => ({ after: () => ++written === 2 && kill() })); // the record and the flag are there
    const response = await latchkey.post('academy', command, { contactId: contact });
    expect(response.status).toBe(500); // API Gateway's: nobody was left to answer
    const [record] = await latchkey.records('academy', contact);
    expect(record).toMatchObject({ state: 'queued', contactId: contact });
    expect(await latchkey.messagesIn('operations')).toBe(0);

    await table.makeOverdue(record as never);
    await latchkey.cloud.functions.sweep?.invoke({});

    await latchkey.until('academy', contact, String(record?.id), 'applied');
  },
);

test('wherever a receiver is killed, what it left behind gets to its end', async () => {
  const { dynamodb, sqs } = latchkey.proxies;
  const contacts = ['11', '12', '13', '14', '15', '16']; // killed at the first, second and third request
  for (const [index, contactId] of contacts.entries()) {
    await warm();
    let requests = 0;
    const fate = () => {
      if (++requests !== Math.floor(index / 2) + 1) return 'pass' as const;
      return index % 2 ? { after: kill } : { before: kill };
    };
    dynamodb.decide(fate);
    sqs.decide(fate);
    const response = await latchkey.post('academy', 'aal_genpass', { contactId });
    expect(response.status).toBe(500);
    for (const proxy of [dynamodb, sqs]) proxy.decide(() => 'pass');
  }
  const left = async () =>
    (await Promise.all(contacts.map((each) => latchkey.records('academy', each)))).flat();
  for (const record of await left()) {
    if (record.state === 'queued') await table.makeOverdue(record);
  }
  await latchkey.cloud.functions.sweep?.invoke({});
  await eventually(async () => {
    const records = await left();
    expect(records.length).toBeGreaterThan(2);
    expect(records.filter(({ state }) => state !== 'applied')).toEqual([]);
  });
});

test('the next webhook after a crash is answered as if nothing had happened', async () => {
  latchkey.proxies.dynamodb.decide(() => ({ before: kill }));
  expect((await latchkey.post('academy', 'aal_updateuser', { contactId: '3' })).status).toBe(500);
  latchkey.proxies.dynamodb.decide(() => 'pass');
  expect((await latchkey.post('academy', 'aal_updateuser', { contactId: '3' })).status).toBe(200);
});
