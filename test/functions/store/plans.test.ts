import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

const load = () =>
  together(
    import('../../../functions/store/plans.ts'),
    import('../../../functions/store/replays.ts'),
    import('../../../functions/store/table.ts'),
    import('../../../functions/store/webhook-log.ts'),
    import('../../../functions/store/webhooks.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const NOW = '2026-11-27T01:03:00.000Z';
const TEN = { points: 10 };
const TWENTY = { points: 20 };

let ids = 0;
const newJob = async (more: object = {}) => {
  const job = webhookOf('1', `0${++ids}`);
  await store.recordWebhook(job, { ...QUEUED, ...more });
  return job;
};
type Job = ReturnType<typeof webhookOf>;
const end = (job: Job, state: 'applied' | 'failed' | 'rejected') =>
  store.settle(job, {
    ...{ state, reason: '', now: NOW, keepsPlan: true },
    attempt: { at: NOW, ms: 1, outcome: state, reason: '' },
  });
const read = ({ site, contactId, id }: Job) => store.readRecord(site, contactId, id);

test('the first plan of a job stays, whoever plans again', async () => {
  const job = await newJob();
  expect(await store.readPlan(job)).toBeUndefined();
  expect(await store.storePlan(job, TEN)).toEqual(TEN);
  expect(await store.storePlan(job, TWENTY)).toEqual(TEN);
  expect(await store.readPlan(job)).toEqual(TEN);
  expect((await read(job))?.state).toBe('queued');
});

test('a plan changes as its job gets on, until the job has ended', async () => {
  const job = await newJob();
  await store.storePlan(job, TEN);
  await store.updatePlan(job, TWENTY);
  expect(await store.readPlan(job)).toEqual(TWENTY);
  await end(job, 'applied');
  await store.updatePlan(job, TEN);
  expect(await store.readPlan(job)).toEqual(TWENTY);
});

test('nothing is planned for a job that somebody else has ended', async () => {
  const job = await newJob();
  await end(job, 'applied');
  await expect(store.storePlan(job, TEN)).rejects.toThrow('ended by somebody else');
  expect(await store.readPlan(job)).toBeUndefined();
});

test('a plan is stored with what it decides, unless there is one; and changed with what it does', async () => {
  const job = await newJob();
  expect(await store.writeTogether([store.planPart(job, TEN)])).toBe(true);
  expect(await store.writeTogether([store.planPart(job, TWENTY)])).toBe(false);
  expect(await store.readPlan(job)).toEqual(TEN);
  expect(await store.writeTogether([store.planChangePart(job, TWENTY)])).toBe(true);
  expect(await store.readPlan(job)).toEqual(TWENTY);
  await end(job, 'applied');
  expect(await store.writeTogether([store.planChangePart(job, TEN)])).toBe(false);
});

test.each(['failed', 'rejected'] as const)(
  'a job that %s is replayed once, with the plan that it had',
  async (state) => {
    const job = await newJob({ plan: TEN });
    await end(job, state);
    const again = { ...job, id: `${job.id}-again` };
    const start = { ...QUEUED, replayOf: job.id, plan: TEN };
    expect(await store.replayTogether(job, again, start)).toBe(again.id);
    expect(await read(job)).toMatchObject({ state, replayedBy: again.id });
    expect(await read(job)).not.toHaveProperty('plan');
    expect(await read(again)).toMatchObject({ state: 'queued', replayOf: job.id, plan: TEN });

    const third = { ...job, id: `${job.id}-third` };
    expect(await store.replayTogether(job, third, start)).toBe(again.id);
    expect(await read(third)).toBeUndefined();
  },
);

test('a job that is under way, or has done its work, is not replayed', async () => {
  const waiting = await newJob();
  const done = await newJob();
  await end(done, 'applied');
  for (const job of [waiting, done, webhookOf('1', 'never recorded')]) {
    const again = { ...job, id: `${job.id}-again` };
    await expect(store.replayTogether(job, again, QUEUED)).rejects.toThrow('cannot be replayed');
    expect(await read(again)).toBeUndefined();
  }
});
