import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Site } from '../../../functions/platform/config.ts';
import { checkConfig } from '../../../lib/config.ts';
import testConfig from '../../support/latchkey.config.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/store/flags.ts'),
    import('../../../functions/store/needs-sync.ts'),
    import('../../../functions/store/members.ts'),
    import('../../../functions/members/sync-member.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const SITE = 'academy';
const NOW = '2026-07-17T12:00:00.000Z';
const ACADEMY = checkConfig(testConfig, 'the test config').sites[0] as Site;
const WORKERS = 3;
let contacts = 0;

test('each webhook raises the flag of its contact by one, and gets the version that it asked for', async () => {
  const contactId = String(++contacts);
  expect(await store.raiseFlag(SITE, contactId, NOW)).toBe(1);
  expect(await store.raiseFlag(SITE, contactId, NOW)).toBe(2);
  expect(await store.readFlag(SITE, contactId)).toEqual({ requestedVersion: 2, syncedVersion: 0 });
  expect(await store.readFlag(SITE, 'never asked about')).toEqual({ requestedVersion: 0, syncedVersion: 0 });
});

test('a contact is listed from its first webhook until a sync has brought the last one', async () => {
  const listed = async () => (await store.listNeedsSync('listed', { shard: 0 }, 10)).contacts;
  const [first, later] = ['2026-07-17T12:00:00.000Z', '2026-07-17T12:00:01.000Z'];
  expect(await listed()).toEqual([]);
  await store.raiseFlag('listed', '7', first);
  await store.raiseFlag('listed', '7', later);
  expect(await listed()).toEqual([{ contactId: '7', since: first }]);
  await store.lowerFlag('listed', '7', 1, later);
  expect(await listed()).toEqual([{ contactId: '7', since: first }]);
  await store.lowerFlag('listed', '7', 2, later);
  expect(await listed()).toEqual([]);
  expect(await store.readFlag('listed', '7')).toEqual({ requestedVersion: 2, syncedVersion: 2 });
});

test('a sync that ends behind a later one takes nothing back', async () => {
  const contactId = String(++contacts);
  for (let version = 1; version <= 3; version++) await store.raiseFlag(SITE, contactId, NOW);
  await store.lowerFlag(SITE, contactId, 2, 'at the later');
  await store.lowerFlag(SITE, contactId, 1, 'at the earlier');
  expect(await store.takeBatchWaiting(SITE, contactId)).toMatchObject({
    requestedVersion: 3,
    syncedVersion: 2,
    syncedAt: 'at the later',
  });
});

test('of the webhooks that wait for one batch sync only the first is queued, and the sync serves them all', async () => {
  const contactId = String(++contacts);
  const wait = (id: string) => store.raiseFlagForBatch({ site: SITE, contactId, id, receivedAt: NOW });
  expect([await wait('a'), await wait('b'), await wait('c')]).toEqual([true, false, false]);
  const taken = await store.takeBatchWaiting(SITE, contactId);
  expect({ ...taken, waiting: taken.waiting.sort() }).toEqual({
    requestedVersion: 3,
    syncedVersion: 0,
    syncedAt: '',
    waiting: ['a', 'b', 'c'],
  });
  expect(await wait('d')).toBe(true);
});

test('of a contact that nobody asked about, a batch sync takes nothing', async () => {
  expect(await store.takeBatchWaiting(SITE, String(++contacts))).toEqual({
    requestedVersion: 0,
    syncedVersion: 0,
    syncedAt: '',
    waiting: [],
  });
});

test('a flag is not raised once the time for answering is over', async () => {
  const contactId = String(++contacts);
  const over = AbortSignal.abort();
  await expect(store.raiseFlag(SITE, contactId, NOW, over)).rejects.toThrow(/abort/i);
  const webhook = { site: SITE, contactId, id: 'late', receivedAt: NOW };
  await expect(store.raiseFlagForBatch(webhook, over)).rejects.toThrow(/abort/i);
  expect(await store.readFlag(SITE, contactId)).toEqual({ requestedVersion: 0, syncedVersion: 0 });
});

/**
 * One contact, its CRM, and workers that sync it again and again, each in steps of its own time. The contact's
 * state in the CRM is a number that grows with each change; it is stored as the phone number.
 */
class World {
  readonly #contactId = String(++contacts);
  #inCrm = 0;
  /** What the contact was in the CRM when the latest of its webhooks that were answered was posted. */
  #promised = 0;
  #synced = 0;
  readonly #workers = Array.from({ length: WORKERS }, () => this.#sync());

  change(): void {
    this.#inCrm++;
  }

  async webhook(): Promise<void> {
    const posted = this.#inCrm;
    await store.raiseFlag(SITE, this.#contactId, NOW);
    this.#promised = Math.max(this.#promised, posted);
  }

  /** The worker's next step. @returns true where it ended a sync, so that the flag may be down now */
  async step(worker: number): Promise<boolean> {
    return (await this.#workers[worker]?.next())?.value === 'done';
  }

  async *#sync(): AsyncGenerator<'done' | 'begun'> {
    for (;;) {
      const { requestedVersion } = await store.readFlag(SITE, this.#contactId);
      const member = await store.readMember(SITE, this.#contactId);
      yield 'begun';
      const phone = String(this.#inCrm);
      yield 'begun';
      const names = { email: '', firstName: '', lastName: '' };
      const contact = { id: this.#contactId, ...names, phone, fields: {}, tags: [] };
      await store.storeCopy(ACADEMY, contact, { version: requestedVersion, pulledAt: NOW, member });
      yield 'begun';
      await store.lowerFlag(SITE, this.#contactId, requestedVersion, NOW);
      yield 'done';
    }
  }

  /** @returns whether the flag is up */
  async check(): Promise<boolean> {
    const { requestedVersion, syncedVersion } = await store.readFlag(SITE, this.#contactId);
    expect(syncedVersion).toBeGreaterThanOrEqual(this.#synced);
    this.#synced = syncedVersion;
    if (requestedVersion > syncedVersion) return true;
    const member = await store.readMember(SITE, this.#contactId);
    expect(Number(member?.phone ?? 0)).toBeGreaterThanOrEqual(this.#promised);
    return false;
  }
}

const LAST_WORKER = WORKERS - 1;
const STEPS_OF_A_SYNC = 4;

/**
 * Moments, one after the other. In each a worker takes some steps of its sync, while the contact may change
 * and its webhook arrive.
 */
const interleavings = fc.array(
  fc.record({
    changes: fc.boolean(),
    worker: fc.nat({ max: LAST_WORKER - 1 }),
    steps: fc.integer({ min: 1, max: STEPS_OF_A_SYNC }),
  }),
  { minLength: 4, maxLength: 8 },
);
type Moment = { changes: boolean; worker: number; steps: number };

async function play(moments: Moment[]): Promise<void> {
  const world = new World();
  for (const { changes, worker, steps } of moments) {
    if (changes) world.change();
    const webhook = changes ? world.webhook() : undefined;
    for (let step = 0; step < steps; step++) {
      const ended = await world.step(worker);
      if (!ended) continue;
      await webhook;
      await world.check();
    }
    await webhook;
  }
  await world.check();
  // Whatever was left half done: one sync from its beginning to its end brings everything in order.
  world.change();
  await world.webhook();
  expect(await world.check()).toBe(true);
  for (let step = 0; step < STEPS_OF_A_SYNC; step++) await world.step(LAST_WORKER);
  expect(await world.check()).toBe(false);
}

test('while the flag is down the copy is as new as the last webhook, however webhooks and syncs interleave', async () => {
  await fc.assert(fc.asyncProperty(interleavings, play), { numRuns: 240 });
}, 120_000);
