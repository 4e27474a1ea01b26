import { expect } from '@jest/globals';
import type { JobMessage } from '../../../functions/jobs/message.ts';
import type { TestLatchkey } from '../../support/latchkey.ts';
import { doneFor, hostOf, type RelayedSite } from '../../support/relay.ts';
import { lastEventAt, type Messages, messageOf, type RelayWorkers } from '../../support/relay-workers.ts';
import type { TableAccess } from '../../support/table-access.ts';
import { wrongsOf } from './wrongs-of.ts';

/** Latchkey without workers of its own, and those that this process has for it. */
export type World = { latchkey: TestLatchkey; table: TableAccess; workers: RelayWorkers };

/** Requests to AWS that work takes at least: fewer would mean that the deaths did not reach it. */
export const FEWEST_REQUESTS = 3;

let scenes = 0;

/** What a scene begins with: the messages on the queue. */
export type Scene = (contact: string) => Promise<JobMessage[]>;

/**
 * Plays a scene again and again, each time with a contact of its own and a worker that dies after one request more,
 * until one lives to the end. Then others come and do what is left.
 * @param expected the numbers that the plugin gets while nobody dies
 * @param waits whether nothing may be delivered before its date
 */
export async function playDying(
  world: World,
  site: RelayedSite,
  scene: Scene,
  expected: readonly number[],
  { waits = false } = {},
): Promise<void> {
  const { latchkey, workers } = world;
  const number = ++scenes;
  for (let n = 1; ; n++) {
    const contact = `scene${number}-${n}`;
    const messages: Messages = new Set(await scene(contact));
    const { requests } = hostOf(latchkey, site);
    const look = () => latchkey.records(site, contact);

    const end = await workers.work([...messages], messages, { diesAfter: n });
    const cut = (await look()).filter(({ state, heldUntil }) => state === 'queued' && heldUntil);
    const again = cut.flatMap(({ id }) =>
      requests.filter(({ webhookId }) => webhookId === id).map(({ seq }) => seq),
    );
    await workers.workOff(site, messages, look);
    if (waits) expect(doneFor(requests, contact)).toEqual([]);
    if ((await look()).some(({ state }) => state === 'queued')) {
      await letTheirDateCome(world, contact, messages);
      await workers.workOff(site, messages, look);
    }

    const cuts = new Map(cut.map(({ id }) => [id, 1]));
    expect({
      n,
      wrongs: wrongsOf({ records: await look(), requests, cuts }),
      done: doneFor(requests, contact),
    }).toEqual({
      n,
      wrongs: [],
      done: expected.flatMap((seq) => (again.includes(seq) ? [seq, seq] : [seq])),
    });
    if (end === 'died') continue;
    expect(n).toBeGreaterThan(FEWEST_REQUESTS);
    return;
  }
}

/** The dates of those that wait for one have come, and a sweep sends them. */
async function letTheirDateCome(
  { latchkey, table }: World,
  contact: string,
  messages: Messages,
): Promise<void> {
  const waiting = (await latchkey.records('flooded', contact)).filter(({ state }) => state === 'queued');
  await lastEventAt(table, { site: 'flooded', contactId: contact }, new Date(0));
  for (const record of waiting) {
    expect(record.dueAt).toBe(record.pendingAt);
    const past = new Date(Date.now() - 1000).toISOString();
    await table.change(record, { pendingAt: past, dueAt: past });
    messages.add(messageOf(record));
  }
}
