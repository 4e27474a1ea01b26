import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

let table: TestTable;
let store: typeof import('../../../functions/store/pending.ts');
let recordWebhook: typeof import('../../../functions/store/webhooks.ts').recordWebhook;
beforeAll(async () => {
  table = await startTestTable();
  store = await import('../../../functions/store/pending.ts');
  ({ recordWebhook } = await import('../../../functions/store/webhooks.ts'));
});
afterAll(() => table.stop());

const CONTACT = { site: 'academy', contactId: '7' };
const LARGE = new Uint8Array(256 * 1024); // four fill a page of DynamoDB's

async function putWaiting(count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const request = { method: 'POST', query: '', body: LARGE, secretIn: { query: 'key' } };
    const webhook = { ...CONTACT, id: `0${n}`, command: 'pass_through', parameters: {}, request };
    const start = { state: 'queued', queue: 'deliveries', recordDays: 30 } as const;
    await recordWebhook({ ...webhook, receivedAt: '2026-11-27T01:02:03.000Z' }, start);
  }
}

test('of a contact for which much waits, no more is read than enough, and the oldest first', async () => {
  await putWaiting(12);
  const ids = async (enough: number) =>
    (await store.pendingOfContact(CONTACT, 'deliveries', enough)).map(({ id }: WebhookRecord) => id);

  const few = await ids(2);
  expect(few.slice(0, 2)).toEqual(['00', '01']);
  expect(few.length).toBeLessThan(6);
  expect(await ids(100)).toHaveLength(12);
});
