import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import pMap from 'p-map';
import { type FaultProxy, startFaultProxy } from '../../../local/fault-proxy.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { TRANSACTION_CONFLICT } from '../../support/transaction-conflict.ts';

let table: TestTable;
let proxy: FaultProxy;
let store: typeof import('../../../functions/store/table.ts');
beforeAll(async () => {
  table = await startTestTable();
  const dynamodb = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  proxy = await startFaultProxy(() => dynamodb);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  store = await import('../../../functions/store/table.ts');
});
afterEach(() => proxy.decide(() => 'pass'));
afterAll(async () => {
  await proxy.close();
  await table.stop();
});

test('a transaction that others are in the way of ends when its time is over', async () => {
  const deadline = new AbortController();
  proxy.decide(() => {
    deadline.abort();
    return { answer: TRANSACTION_CONFLICT };
  });
  const write = { Put: { ...store.inTable(), Item: { pk: 'academy#1', sk: 'flag' } } };
  await expect(store.writeUnlessRefused([write], deadline.signal)).rejects.toThrow(/abort/i);
  expect(proxy.passed).toHaveLength(1);
});

/** Writes an item, if it is not there. */
const put = (pk: string, sk: string, more: object = {}) => ({
  Put: { ...store.inTable(), Item: { pk, sk, ...more }, ConditionExpression: 'attribute_not_exists(pk)' },
});
const putAll = (pk: string, count: number, more: object = {}) =>
  pMap(
    Array.from({ length: count }, (_, n) => String(n).padStart(3, '0')),
    (sk) => store.writeTogether([put(pk, sk, more)]),
    { concurrency: 10 },
  );

test('several items are written together, or none of them', async () => {
  expect(await store.writeTogether([put('a', '1'), put('a', '2')])).toBe(true);
  expect(await store.writeTogether([put('a', '3'), put('a', '2')])).toBe(false);
  expect(await store.readItem({ pk: 'a', sk: '3' })).toBeUndefined();
});

test('a transaction tells for each of its writes what it met, where that was asked for', async () => {
  const told = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  await store.writeTogether([put('b', '1', { by: 'me' })]);
  const write = { Put: { ...put('b', '1').Put, ...told } };
  expect(await store.writeUnlessRefused([put('b', '2'), write])).toEqual([
    undefined,
    { pk: { S: 'b' }, sk: { S: '1' }, by: { S: 'me' } },
  ]);
  expect(await store.writeUnlessRefused([put('b', '2')])).toBeUndefined();
});

test('a transaction that others are in the way of is tried again, until they are not', async () => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0); // no pauses
  let conflicts = 3;
  proxy.passed.length = 0;
  proxy.decide(() => (conflicts-- > 0 ? { answer: TRANSACTION_CONFLICT } : 'pass'));
  expect(await store.writeTogether([put('c', '1')])).toBe(true);
  random.mockRestore();
  expect(proxy.passed).toHaveLength(4);
});

test('a transaction that others are in the way of twenty times in a row is given up', async () => {
  const random = jest.spyOn(Math, 'random').mockReturnValue(0); // no pauses
  proxy.passed.length = 0;
  proxy.decide(() => ({ answer: TRANSACTION_CONFLICT }));
  await expect(store.writeTogether([put('d', '1')])).rejects.toMatchObject({
    name: 'TransactionCanceledException',
  });
  random.mockRestore();
  expect(proxy.passed).toHaveLength(20);
});

test('what a transaction is refused for otherwise is an error', async () => {
  const tooLong = 'x'.repeat(3_000); // for a key
  await expect(store.writeTogether([put(tooLong, '1')])).rejects.toThrow(/size|key|length|validation/i);
  const write = {
    Put: { ...store.inTable(), Item: { pk: 'e', sk: '1' }, ConditionExpression: 'no condition' },
  };
  await expect(store.writeTogether([write])).rejects.toThrow();
});

test('a write whose condition does not hold is undefined, and any other failure an error', async () => {
  const { ConditionalCheckFailedException } = await import('@aws-sdk/client-dynamodb');
  const refused = new ConditionalCheckFailedException({ message: '', $metadata: {} });
  expect(await store.unlessConditionFails(Promise.resolve(7))).toBe(7);
  expect(await store.unlessConditionFails(Promise.reject(refused))).toBeUndefined();
  await expect(store.unlessConditionFails(Promise.reject(new Error('down')))).rejects.toThrow('down');
});

test('items are read together, however many, and those that are not there are left out', async () => {
  await putAll('f', 130);
  const keys = Array.from({ length: 140 }, (_, n) => ({ pk: 'f', sk: String(n).padStart(3, '0') }));
  proxy.passed.length = 0;
  expect(await store.readItems(keys)).toHaveLength(130);
  expect(proxy.passed).toHaveLength(2);
  expect(await store.readItems([])).toEqual([]);
});

test('keys that DynamoDB had no room to read are asked for again, with the rest', async () => {
  await putAll('g', 120);
  const keys = Array.from({ length: 120 }, (_, n) => ({ pk: 'g', sk: String(n).padStart(3, '0') }));
  let first = true;
  proxy.decide(({ body }) => {
    if (!first) return 'pass';
    first = false;
    return { answer: { status: 200, body: { UnprocessedKeys: JSON.parse(body).RequestItems } } };
  });
  const found = await store.readItems(keys);
  expect(found.map(({ sk }) => sk).sort()).toEqual(keys.map(({ sk }) => sk));
});

const LARGE = 'x'.repeat(300_000); // four fill a page of DynamoDB's

test('a query finds everything, page after page, or no more pages than enough', async () => {
  await putAll('h', 8, { large: LARGE });
  const query = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'h' } };
  expect(await store.queryAll(query)).toHaveLength(8);
  proxy.passed.length = 0;
  const page = await store.queryAll(query, 1);
  expect(page.length).toBeLessThan(8);
  expect(proxy.passed).toHaveLength(1);
  expect(await store.queryAll(query, page.length)).toHaveLength(page.length);
  expect(await store.queryAll({ ...query, ExpressionAttributeValues: { ':pk': 'none' } })).toEqual([]);
});

test('what is read is up to date: no read may show an older state', async () => {
  proxy.passed.length = 0;
  await store.readItem({ pk: 'i', sk: '1' });
  await store.readItems([{ pk: 'i', sk: '1' }]);
  await store.queryAll({ KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': 'i' } });
  expect(proxy.passed).toHaveLength(3);
  for (const { body } of proxy.passed) expect(body).toContain('"ConsistentRead":true');
});

test('an update sets what has a value and takes away what has none, whatever the names', () => {
  expect(store.updateOf({ 'a.b': 1, gone: undefined, c: null, 'd e': undefined })).toEqual({
    UpdateExpression: 'SET #u0 = :u0, #u2 = :u2 REMOVE #u1, #u3',
    ExpressionAttributeNames: { '#u0': 'a.b', '#u1': 'gone', '#u2': 'c', '#u3': 'd e' },
    ExpressionAttributeValues: { ':u0': 1, ':u2': null },
  });
  expect(store.updateOf({ a: 1 }).UpdateExpression).toBe('SET #u0 = :u0');
  expect(store.updateOf({ a: undefined }).UpdateExpression).toBe('REMOVE #u0');
});
