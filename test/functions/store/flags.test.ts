import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { startTestTable, type TestTable } from '../../support/table.ts';

type Modules = typeof import('../../../functions/store/flags.ts') &
  typeof import('../../../functions/store/members.ts');

let table: TestTable;
let store: Modules;
beforeAll(async () => {
  table = await startTestTable();
  const flags = await import('../../../functions/store/flags.ts');
  store = { ...flags, ...(await import('../../../functions/store/members.ts')) };
});
afterAll(() => table.stop());

const SITE = 'academy';
const NOW = '2026-07-17T12:00:00.000Z';
const WORKERS = 4;
let contacts = 0;

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
      yield 'begun';
      const phone = String(this.#inCrm);
      yield 'begun';
      const names = { email: '', firstName: '', lastName: '' };
      const contact = { id: this.#contactId, ...names, phone, fields: {}, tags: [] };
      await store.storePulled(SITE, contact, requestedVersion, NOW);
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
type Action = 'change' | 'webhook' | 0 | 1 | 2;

/** What happens one after the other; the actions within one moment happen at the same time. */
const interleavings = fc.array(
  fc.subarray<Action>(['change', 'webhook', 0, 1, 2], { minLength: 1, maxLength: 3 }),
  { minLength: 5, maxLength: 12 },
);

async function play(moments: Action[][]): Promise<void> {
  const world = new World();
  for (const moment of moments) {
    const ended = moment.map((action) => (typeof action === 'number' ? world.step(action) : world[action]()));
    if ((await Promise.all(ended)).includes(true)) await world.check();
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
  await fc.assert(fc.asyncProperty(interleavings, play), { numRuns: 320 });
});
