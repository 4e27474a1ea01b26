import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { restHook } from '../support/rest-hook.ts';
import { type Item, openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const MOST = 1000; // contacts in one delivery of a Keap REST hook
const CRM_LISTENS_MS = 5_000; // how long this takes by itself is a matter for benchmarks

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

async function deliver(command: string, body: string): Promise<string> {
  const response = await latchkey.post('academy', command, body);
  expect(response.status).toBe(200);
  return (await readAnswer(response)).webhook;
}

const handedOutFrom = (items: Item[], webhook: string) =>
  items.filter(({ id }) => String(id).startsWith(`${webhook}-`)) as unknown as WebhookRecord[];

test('a delivery for 1,000 contacts is one record, answered at once, and then handed out to each contact', async () => {
  const started = performance.now();
  const webhook = await deliver('aal_updateuser', restHook(1, MOST));
  expect(performance.now() - started).toBeLessThan(CRM_LISTENS_MS);
  expect((await latchkey.record('academy', '*', webhook))?.contactIds).toHaveLength(MOST);

  const { reason } = await latchkey.until('academy', '*', webhook, 'applied');

  expect(reason).toBe('handed out to 1000 contacts');
  const items = await table.items();
  const records = handedOutFrom(items, webhook);
  expect(records).toHaveLength(MOST);
  expect(new Set(records.map(({ contactId }) => contactId)).size).toBe(MOST);
  expect(new Set(records.map(({ command, state }) => `${command} ${state}`))).toEqual(
    new Set(['aal_updateuser flagged']),
  );
  const flags = items.filter(({ sk, pk }) => sk === 'flag' && pk !== 'academy#*');
  expect(flags.filter(({ requestedVersion }) => requestedVersion === 1)).toHaveLength(MOST);
});

test('a job for many contacts becomes a job for each, and takes effect once for each', async () => {
  const webhook = await deliver('aal_genpass', restHook(1, 6));
  await latchkey.until('academy', '*', webhook, 'applied');
  for (const contact of ['1', '2', '3', '4', '5', '6']) {
    await latchkey.until('academy', contact, `${webhook}-${contact}`, 'applied');
    expect((await latchkey.member('academy', contact))?.account?.createdBy).toBe(`${webhook}-${contact}`);
  }
});

test('a batch sync of many contacts syncs each of them', async () => {
  const webhook = await deliver('aal_batchsync', restHook(11, 20));
  for (let contact = 11; contact < 31; contact++) {
    await latchkey.until('academy', String(contact), `${webhook}-${contact}`, 'applied');
    expect((await latchkey.member('academy', String(contact)))?.email).toMatch(/@example\.com$/);
  }
});

test('a contact that the delivery names twice is handed out once', async () => {
  const body = JSON.stringify({
    object_keys: [{ id: 2001 }, { id: '2001' }, { id: ' 2001 ' }, { id: 2002 }],
  });
  const webhook = await deliver('aal_updateuser', body);
  await latchkey.until('academy', '*', webhook, 'applied');
  expect(handedOutFrom(await table.items(), webhook)).toHaveLength(2);
});
