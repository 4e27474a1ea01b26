import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestTable, type TestTable } from '../../support/table.ts';

const SITE = 'academy';
const NOW = 1_780_000_000_000; // ms
const UNTIL = NOW + 3_000;

let table: TestTable;
let store: typeof import('../../../functions/store/pull-lease.ts');
beforeAll(async () => {
  table = await startTestTable();
  store = await import('../../../functions/store/pull-lease.ts');
});
afterAll(() => table.stop());

const take = async (contactId: string, lease: { now: number; until: number }) => {
  const { lastPull } = await store.readPullState(SITE, contactId);
  return await store.takePullLease(SITE, contactId, { ...lease, lastPull });
};

test('a lease is one visit’s until it is given back', async () => {
  expect(await take('1', { now: NOW, until: UNTIL })).toBe(true);
  expect(await take('1', { now: NOW, until: UNTIL + 1 })).toBe(false);
  await store.endPullLease(SITE, '1', UNTIL);
  expect(await take('1', { now: NOW, until: UNTIL + 1 })).toBe(true);
});

test('a visit that looked before another one’s pull ended has to look again before it pulls', async () => {
  const { lastPull } = await store.readPullState(SITE, '2');
  expect(await take('2', { now: NOW, until: UNTIL })).toBe(true);
  await store.endPullLease(SITE, '2', UNTIL);
  expect(await store.takePullLease(SITE, '2', { now: NOW, until: UNTIL + 1, lastPull })).toBe(false);

  const seen = await store.readPullState(SITE, '2');
  expect(await take('2', { now: NOW, until: UNTIL + 2 })).toBe(true);
  await store.endPullLease(SITE, '2', UNTIL + 2);
  expect(await store.takePullLease(SITE, '2', { now: NOW, until: UNTIL + 3, lastPull: seen.lastPull })).toBe(
    false,
  );
});

test('a lease whose holder died ends by itself', async () => {
  expect(await take('3', { now: NOW, until: UNTIL })).toBe(true);
  expect(await take('3', { now: UNTIL - 1, until: UNTIL + 1_000 })).toBe(false);
  expect(await take('3', { now: UNTIL, until: UNTIL + 1_000 })).toBe(true);
});

test('a lease that was taken, but the answer lost, is taken when the request is repeated', async () => {
  expect(await take('4', { now: NOW, until: UNTIL })).toBe(true);
  expect(await take('4', { now: NOW, until: UNTIL })).toBe(true);
});

test('a pull that failed leaves its lease up, said to have failed, and is no pull', async () => {
  expect(await take('5', { now: NOW, until: UNTIL })).toBe(true);
  await store.failPullLease(SITE, '5', UNTIL);
  expect(await store.readPullState(SITE, '5')).toMatchObject({
    lease: { until: UNTIL, failed: true },
    lastPull: undefined,
  });
});
