import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { webhookKey } from '../../functions/store/keys.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { publicPart } from '../../functions/webhooks/webhook.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { doneFor, hostOf, passThrough } from '../support/relay.ts';
import {
  lastEventAt,
  type Messages,
  messageOf,
  type RelayWorkers,
  wireRelayWorkers,
} from '../support/relay-workers.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';
import { FEWEST_REQUESTS, playDying, type Scene, type World } from './relay/play-dying.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
let workers: RelayWorkers;
let world: World;
let jobs: typeof import('../../functions/jobs/seal.ts') & typeof import('../../functions/platform/sites.ts');
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false, pluginHost: { answerMs: 5 } });
  table = openTable(latchkey);
  workers = await wireRelayWorkers(latchkey, table);
  world = { latchkey, table, workers };
  jobs = {
    ...(await import('../../functions/jobs/seal.ts')),
    ...(await import('../../functions/platform/sites.ts')),
  };
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => hostOf(latchkey, 'relayed').setFault());

const hasId =
  (id: string) =>
  ({ webhookId }: { webhookId: string | undefined }) =>
    webhookId === id;

/** Posts commands for a contact of `relayed`, numbered from 1; gives the records. */
async function post(contact: string, ...commands: string[]): Promise<WebhookRecord[]> {
  for (const [index, command] of commands.entries()) {
    const body = { 'contact[id]': contact, seq: String(index + 1), operationId: 'points' };
    await latchkey.send('relayed', command, body);
  }
  return latchkey.records('relayed', contact);
}

/** Has the CRM tell `flooded` so many times that a contact has changed; gives the records. */
async function tell(contact: string, times: number): Promise<WebhookRecord[]> {
  for (let seq = 1; seq <= times; seq++) {
    const body = new URLSearchParams({ type: 'update', 'contact[id]': contact, seq: String(seq) });
    const { status } = await readAnswer(await passThrough(latchkey, 'flooded', '?type=update', { body }));
    expect(status).toBe('queued');
  }
  return latchkey.records('flooded', contact);
}

const MINUTES = 60_000;

test(
  'a worker that dies after any request to AWS delivers a webhook once, or twice if the plugin had it',
  () =>
    playDying(world, 'relayed', async (contact) => (await post(contact, 'aal_genpass')).map(messageOf), [1]),
  2 * MINUTES,
);

test(
  'and so in a line of webhooks of which some are joined',
  () => {
    const line = ['aal_updateuser', 'aal_updateuser', 'aal_updateuser', 'aal_fieldop', 'aal_updateuser'];
    return playDying(
      world,
      'relayed',
      async (contact) => (await post(contact, ...line)).map(messageOf),
      [3, 4, 5],
    );
  },
  4 * MINUTES,
);

test(
  'and so with an event, after which the next is to wait',
  () => playDying(world, 'flooded', async (contact) => (await tell(contact, 1)).map(messageOf), [1]),
  2 * MINUTES,
);

test(
  'and so with events that wait for their date',
  () => {
    const scene: Scene = async (contact) => {
      await lastEventAt(table, { site: 'flooded', contactId: contact }, new Date());
      return (await tell(contact, 3)).map(messageOf);
    };
    return playDying(world, 'flooded', scene, [3], { waits: true });
  },
  2 * MINUTES,
);

test(
  'and so with a webhook that travels sealed, since its record could not be written',
  () => {
    const scene: Scene = async (contact) => {
      const [record] = (await post(contact, 'aal_genpass')) as [WebhookRecord];
      await table.remove(webhookKey(record));
      const sealed = jobs.seal(record, jobs.siteById('relayed'));
      return [
        { task: 'record', webhook: publicPart(record), queue: 'deliveries', ...(sealed && { sealed }) },
      ];
    };
    return playDying(world, 'relayed', scene, [1]);
  },
  2 * MINUTES,
);

test(
  'a replay that dies after any request to AWS is delivered once all the same',
  async () => {
    const host = hostOf(latchkey, 'relayed');
    for (let n = 1; ; n++) {
      const contact = `replayed-${n}`;
      const look = () => latchkey.records('relayed', contact);
      const [first] = (await post(contact, 'aal_genpass')) as [WebhookRecord];
      await host.setFault({ does: 'final4xx', status: 404 });
      await workers.workOff('relayed', new Set([messageOf(first)]), look);
      await host.setFault();

      const messages: Messages = new Set([{ task: 'replay', webhook: publicPart(first) }]);
      const end = await workers.work([...messages], messages, { diesAfter: n });
      await workers.workOff('relayed', messages, look);
      const [failed, again, ...more] = (await look()) as [WebhookRecord, WebhookRecord];
      expect(more).toEqual([]);
      expect(again).toMatchObject({ state: 'queued', replayOf: first.id, pendingAt: expect.any(String) });
      await workers.workOff('relayed', new Set([messageOf(again)]), look);

      expect(failed).toMatchObject({ state: 'failed', replayedBy: again.id });
      expect((await look()).map(({ state }) => state)).toEqual(['failed', 'applied']);
      expect(doneFor(host.requests, contact)).toEqual([1]);
      if (end === 'died') continue;
      expect(n).toBeGreaterThan(FEWEST_REQUESTS);
      return;
    }
  },
  2 * MINUTES,
);

test.each([
  { when: 'before the plugin worked, which it does all the same', kills: 'at once', done: [1, 1] },
  { when: 'before the plugin worked, and its host crashed too', kills: 'with the host', done: [1] },
  { when: 'after the plugin worked, before its answer', kills: 'when done', done: [1, 1] },
])('a worker that dies while the request is there, $when: $done', async ({ when, kills, done }) => {
  const host = hostOf(latchkey, 'relayed');
  const contact = `there-${when.length}`;
  const [record] = (await post(contact, 'aal_genpass')) as [WebhookRecord];
  const messages: Messages = new Set([messageOf(record)]);
  const kill = new AbortController();
  const letGo = host.hold();
  const killed = host.until((requests) => {
    const request = requests.find(hasId(record.id));
    const isTime = kills === 'when done' ? request?.delivered : request;
    if (isTime) kill.abort(); // now, not when this test is told: the answer would be on its way
    return Boolean(isTime);
  });

  const working = workers.work([...messages], messages, { kill });
  await host.until((requests) => requests.some(hasId(record.id)));
  if (kills === 'with the host') await host.crash();
  letGo();
  await killed;
  expect(await working).toBe('died');
  await host.restart();
  await host.idle();
  await workers.workOff('relayed', messages, () => latchkey.records('relayed', contact));

  expect(doneFor(host.requests, contact)).toEqual(done);
  expect(host.requests.filter((request) => request.contactId === contact).every(hasId(record.id))).toBe(true);
  expect((await latchkey.records('relayed', contact))[0]?.state).toBe('applied');
});
