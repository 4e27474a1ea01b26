import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

const load = () =>
  together(
    import('../../../functions/store/job-attempts.ts'),
    import('../../../functions/store/webhooks.ts'),
    import('../../../functions/store/webhook-log.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const SOON = new Date(Date.now() + 60_000).toISOString();
const LATER = new Date(Date.now() + 120_000).toISOString();
const PAST = new Date(Date.now() - 1_000).toISOString();
const ATTEMPT = { at: PAST, ms: 12, outcome: 'postponed', reason: 'busy' } as const;

let ids = 0;
const newJob = async () => {
  const job = webhookOf('1', `0${++ids}`);
  await store.recordWebhook(job, QUEUED);
  return job;
};
const read = ({ site, contactId, id }: ReturnType<typeof webhookOf>) => store.readRecord(site, contactId, id);
const settle = (job: ReturnType<typeof webhookOf>) =>
  store.settle(job, {
    state: 'applied',
    reason: 'done',
    now: PAST,
    attempt: { ...ATTEMPT, outcome: 'applied' },
  });
const UNTIL = { held: SOON, leftAlone: LATER };

test('each attempt counts, and the sweep leaves the job alone until it is over', async () => {
  const job = await newJob();
  expect(await store.countAttempt(job, SOON)).toMatchObject({
    attempts: 1,
    pendingAt: SOON,
    command: 'aal_genpass',
  });
  expect(await store.countAttempt(job, LATER)).toMatchObject({ attempts: 2, pendingAt: LATER });
});

test('at a job that is final there is no attempt', async () => {
  const job = await newJob();
  await settle(job);
  expect(await store.countAttempt(job, SOON)).toBeUndefined();
  expect(await store.beginAttempt(job, UNTIL)).toBeUndefined();
  expect(await store.beginAttempt({ ...job, id: 'never recorded' }, UNTIL)).toBeUndefined();
});

test('who begins an attempt keeps others from the job until that is over', async () => {
  const job = await newJob();
  const begun = await store.beginAttempt(job, UNTIL);
  expect(begun).toMatchObject({ attempts: 1, pendingAt: LATER, heldUntil: SOON });
  expect(begun?.heldBy).toMatch(/^[0-9a-f-]{36}$/);
  const second = store.beginAttempt(job, UNTIL);
  await expect(second).rejects.toMatchObject({ name: 'Held', until: SOON });
  expect(await read(job)).toMatchObject({ attempts: 1, heldBy: begun?.heldBy });
});

test('the hold of a worker that died ends by itself', async () => {
  const job = await newJob();
  await store.beginAttempt(job, { held: PAST, leftAlone: LATER });
  expect(await store.beginAttempt(job, UNTIL)).toMatchObject({ attempts: 2, heldUntil: SOON });
});

test('what the table refuses to begin is an error', async () => {
  const job = webhookOf('x'.repeat(3_000), 'too long');
  await expect(store.beginAttempt(job, UNTIL)).rejects.toThrow(/size|key|length/i);
});

test('an attempt that is over is remembered, and the job free until it comes back', async () => {
  const job = await newJob();
  const begun = await store.beginAttempt(job, UNTIL);
  if (!begun) throw new Error('not begun');
  await store.postpone(begun, { until: LATER, reason: 'busy', attempts: 1, attempt: ATTEMPT });
  const record = await read(job);
  expect(record).toMatchObject({ pendingAt: LATER, reason: 'busy', attempts: 1, history: [ATTEMPT] });
  for (const gone of ['heldBy', 'heldUntil', 'waits']) expect(record).not.toHaveProperty(gone);
});

test('a wait that is no failure counts as a wait, and leaves the attempts as they were', async () => {
  const job = await newJob();
  for (const waits of [1, 2]) {
    const record = await read(job);
    if (!record) throw new Error('not recorded');
    await store.postpone(record, { until: LATER, reason: 'the limit', attempts: 0, attempt: undefined });
    expect(await read(job)).toMatchObject({ waits, attempts: 0, reason: 'the limit' });
  }
  expect(await read(job)).not.toHaveProperty('history');
});

test('a record keeps the last fifty attempts', async () => {
  const job = await newJob();
  const history = Array.from({ length: 50 }, (_, ms) => ({ ...ATTEMPT, ms }));
  await store.postpone(
    { ...job, history },
    { until: LATER, reason: '', attempts: 51, attempt: { ...ATTEMPT, ms: 50 } },
  );
  expect((await read(job))?.history?.map(({ ms }) => ms)).toEqual(
    Array.from({ length: 50 }, (_, n) => n + 1),
  );
});

test('a job that was ended meanwhile is not put off', async () => {
  const job = await newJob();
  await settle(job);
  await store.postpone(job, { until: LATER, reason: 'busy', attempts: 1, attempt: ATTEMPT });
  expect(await read(job)).toMatchObject({ state: 'applied', reason: 'done' });
});
