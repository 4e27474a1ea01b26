import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient, GetCommand, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type AwsMeter, startAwsMeter } from '../../../bench/support/aws-meter.ts';
import { clientOptions } from '../../../local/endpoints.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';

let latchkey: TestLatchkey;
let meters: { dynamodb: AwsMeter; sqs: AwsMeter };
let table: DynamoDBDocumentClient;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  const { endpoints } = latchkey.cloud;
  meters = {
    dynamodb: await startAwsMeter(() => endpoints.dynamodb),
    sqs: await startAwsMeter(() => endpoints.sqs),
  };
  table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(meters.dynamodb.url)));
});
beforeEach(() => {
  for (const { requests } of Object.values(meters)) requests.length = 0;
});
afterAll(async () => {
  table.destroy();
  await Promise.all(Object.values(meters).map((meter) => meter.close()));
  await latchkey.stop();
});

const item = (id: string, more: object = {}) => ({ pk: `a-site#${id}`, sk: 'flag', ...more });
const inTable = () => ({ TableName: latchkey.cloud.tableName });

test('a write counts its units, those of the indexes it is in included', async () => {
  await table.send(new PutCommand({ ...inTable(), Item: item('1') }));
  await table.send(
    new PutCommand({ ...inTable(), Item: item('2', { pendingKey: 'members#a-site#1', pendingAt: 'now' }) }),
  );
  expect(meters.dynamodb.requests).toMatchObject([
    { operation: 'PutItem', writeUnits: 1, readUnits: 0 },
    { operation: 'PutItem', writeUnits: 2, readUnits: 0 },
  ]);
});

test('a read counts half a unit unless it is consistent, and a transaction counts double', async () => {
  await table.send(new GetCommand({ ...inTable(), Key: item('1') }));
  await table.send(new GetCommand({ ...inTable(), Key: item('1'), ConsistentRead: true }));
  await table.send(new TransactWriteCommand({ TransactItems: [{ Put: { ...inTable(), Item: item('3') } }] }));
  expect(meters.dynamodb.requests[0]?.key).toEqual({ pk: 'a-site#1', sk: 'flag' });
  const units = meters.dynamodb.requests.map(({ writeUnits, readUnits }) => [readUnits, writeUnits]);
  expect(units).toEqual([
    [0.5, 0],
    [1, 0],
    [0, 2],
  ]);
});

test('what is refused reaches the caller as it is, and is charged', async () => {
  const put = { ...inTable(), Item: item('4'), ConditionExpression: 'attribute_exists(pk)' };
  await expect(table.send(new PutCommand(put))).rejects.toMatchObject({
    name: 'ConditionalCheckFailedException',
  });
  const other = { ...inTable(), Item: item('5') };
  await expect(
    table.send(new TransactWriteCommand({ TransactItems: [{ Put: put }, { Put: other }] })),
  ).rejects.toMatchObject({ name: 'TransactionCanceledException' });
  expect(meters.dynamodb.requests).toMatchObject([{ writeUnits: 1, refused: true }, { writeUnits: 4 }]);
});

test('a message costs no units', async () => {
  const sqs = new SQSClient(clientOptions(meters.sqs.url));
  await sqs.send(
    new SendMessageCommand({ QueueUrl: latchkey.cloud.queues['batch-sync'], MessageBody: 'a message' }),
  );
  sqs.destroy();
  expect(meters.sqs.requests).toMatchObject([
    { operation: 'SendMessage', queue: latchkey.cloud.queues['batch-sync'], writeUnits: 0, readUnits: 0 },
  ]);
});
