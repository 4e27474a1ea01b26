import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/store/attempts.ts'),
    import('../../../functions/store/login-tokens.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const NOW = 1_780_000_000; // s
const LIMIT = { most: 3, windowSeconds: 60 };
const TOKEN = { site: 'academy', contactId: '7', expiresAt: NOW + 60 };

test('as many attempts are made as the limit allows; the next one waits for the end of the window', async () => {
  const attempt = (now: number) => store.countAttempt('a', LIMIT, now);
  expect([await attempt(NOW), await attempt(NOW + 1), await attempt(NOW + 2)]).toEqual([0, 0, 0]);
  expect(await attempt(NOW + 10)).toBe(50);
  expect(await attempt(NOW + 59)).toBe(1);
  expect(await attempt(NOW + 60)).toBe(0); // a window of its own
  expect([await attempt(NOW + 61), await attempt(NOW + 62), await attempt(NOW + 63)]).toEqual([0, 0, 57]);
});

test('many attempts at once do not slip through', async () => {
  const made = await Promise.all(Array.from({ length: 12 }, () => store.countAttempt('b', LIMIT, NOW)));
  expect(made.filter((wait) => wait === 0)).toHaveLength(3);
  expect(made.filter((wait) => wait === 60)).toHaveLength(9);
});

test('attempts of one do not count for another', async () => {
  for (let n = 0; n < 3; n++) await store.countAttempt('c', LIMIT, NOW);
  expect(await store.countAttempt('d', LIMIT, NOW)).toBe(0);
});

test('an attempt that was good does not count, and more are not forgiven than were made', async () => {
  await store.forgiveAttempt('e');
  for (let n = 0; n < 3; n++) await store.countAttempt('e', LIMIT, NOW);
  await store.forgiveAttempt('e');
  expect(await store.countAttempt('e', LIMIT, NOW)).toBe(0);
  expect(await store.countAttempt('e', LIMIT, NOW)).toBe(60);
  for (let n = 0; n < 5; n++) await store.forgiveAttempt('e');
  const allowed = [];
  for (let n = 0; n < 4; n++) allowed.push(await store.countAttempt('e', LIMIT, NOW));
  expect(allowed).toEqual([0, 0, 0, 60]);
});

test('what the table refuses to count is an error, and no attempt that may be made', async () => {
  const tooLong = 'x'.repeat(3_000); // for a key
  await expect(store.countAttempt(tooLong, LIMIT, NOW)).rejects.toThrow(/size|key|length/i);
});

test('a token logs in once, at its own site, until it expires', async () => {
  await store.storeLoginToken('t1', TOKEN);
  expect(await store.takeLoginToken('t1', 'legacy', NOW)).toBeUndefined();
  expect(await store.takeLoginToken('t1', 'academy', NOW + 60)).toBeUndefined();
  expect(await store.takeLoginToken('t1', 'academy', NOW + 59)).toBe('7');
  expect(await store.takeLoginToken('t1', 'academy', NOW)).toBeUndefined();
  expect(await store.takeLoginToken('never stored', 'academy', NOW)).toBeUndefined();
});
