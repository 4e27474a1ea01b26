import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { QueueName, WebhookRecord } from '../../../functions/store/webhooks.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

let table: TestTable;
let store: typeof import('../../../functions/store/pending.ts');
let recordWebhook: typeof import('../../../functions/store/webhooks.ts').recordWebhook;
beforeAll(async () => {
  table = await startTestTable();
  store = await import('../../../functions/store/pending.ts');
  ({ recordWebhook } = await import('../../../functions/store/webhooks.ts'));
});
afterAll(() => table.stop());

const NOW = Date.now();
const isoIn = (ms: number) => new Date(NOW + ms).toISOString();

/** Records a job that should have been looked after at some time. */
async function putJob(contactId: string, id: string, pendingAt: string, queue: QueueName = 'operations') {
  const job = webhookOf(contactId, id);
  await recordWebhook(job, { ...QUEUED, queue, pendingAt });
  return { ...job, pendingAt } as WebhookRecord;
}

async function overdue(): Promise<WebhookRecord[]> {
  const found = [];
  for await (const page of store.overdueJobs(isoIn(0))) found.push(...page);
  return found;
}

test('before a job those of its contact come that are older, on the same queue and not final', async () => {
  await putJob('1', '0A', isoIn(0));
  await putJob('1', '0B', isoIn(0), 'batch-sync');
  await recordWebhook(webhookOf('1', '0C'), { state: 'rejected', queue: 'operations', recordDays: 30 });
  const job = await putJob('1', '0D', isoIn(0));
  await putJob('1', '0E', isoIn(0));
  await putJob('2', '0A', isoIn(0));
  expect((await store.pendingUpTo(job, 'operations')).map(({ id }) => id)).toEqual(['0A', '0D']);
});

test('the overdue jobs of every shard are found as they are now, however many, and no others', async () => {
  const ids = Array.from({ length: 110 }, (_, n) => `X${String.fromCharCode(256 + 8 * n)}`); // of one shard
  for (const id of [...ids, 'a', 'b', 'c', 'd', 'e', 'f', 'g']) await putJob('3', id, isoIn(-1));
  await putJob('3', 'coming', isoIn(60_000));
  const found = await overdue();
  expect(found.filter(({ contactId }) => contactId === '3')).toHaveLength(117);
  expect(found[0]).toMatchObject({ state: 'queued', command: 'aal_genpass', expiresAt: expect.any(Number) });
});

test('an overdue job is queued again by one sweep alone, and counts how often', async () => {
  const job = await putJob('4', 'swept', isoIn(-1_000));
  expect(await store.claimOverdueJob(job, { until: isoIn(60_000), sweeps: 2 })).toBe(true);
  expect(await store.claimOverdueJob(job, { until: isoIn(60_000), sweeps: 2 })).toBe(true); // its own, repeated
  expect(await store.claimOverdueJob(job, { until: isoIn(90_000), sweeps: 3 })).toBe(false);
  const [record] = await store.pendingUpTo(job, 'operations');
  expect(record).toMatchObject({
    pendingAt: isoIn(60_000),
    sweeps: 2,
    pendingKey: expect.stringMatching(/^jobs#/),
  });
  expect((await overdue()).map(({ id }) => id)).not.toContain('swept');
});

test('a job that is not overdue yet, or has ended, is not queued again', async () => {
  const coming = await putJob('5', 'coming', isoIn(60_000));
  expect(await store.claimOverdueJob(coming, { until: isoIn(90_000), sweeps: 1 })).toBe(false);
  const done = { ...webhookOf('5', 'done'), pendingAt: isoIn(-1_000) } as WebhookRecord;
  await recordWebhook(done, { state: 'rejected', pendingAt: isoIn(-1_000), recordDays: 30 });
  expect(await store.claimOverdueJob(done, { until: isoIn(90_000), sweeps: 1 })).toBe(false);
});

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
