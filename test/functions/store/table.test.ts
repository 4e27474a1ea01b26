import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts';
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
