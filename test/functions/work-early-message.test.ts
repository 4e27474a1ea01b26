import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { webhookKey } from '../../functions/store/keys.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { type Item, openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('work', 'legacy', { pollers: false });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('a job whose record is written while its message is looked at is applied, and not left to the sweep', async () => {
  const id = await latchkey.send('legacy', 'aal_updateuser', { 'contact[id]': '7' });
  const record = await latchkey.record('legacy', '7', id);
  if (!record) throw new Error('not recorded');
  const key = webhookKey(record);
  const item = (await table.items()).find(({ sk }) => sk === key.sk) as Item;
  await table.remove(key);

  let isWritten = false;
  latchkey.proxies.dynamodb.decide(({ operation }) => {
    if (isWritten || !operation.endsWith('.GetItem')) return 'pass';
    isWritten = true;
    return { before: () => table.putItem(item) };
  });
  await latchkey.cloud.lambda('work').invoke(sqsEvent([record]));
  expect(isWritten).toBe(true);
  expect((await latchkey.record('legacy', '7', id))?.state).toBe('applied');
});
