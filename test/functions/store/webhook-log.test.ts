import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import { ulid } from 'ulid';
import { definition as batchsync } from '../../../functions/commands/aal-batchsync.ts';
import { definition as genpass } from '../../../functions/commands/aal-genpass.ts';
import { definition as updateuser } from '../../../functions/commands/aal-updateuser.ts';
import type { LogQuery } from '../../../functions/store/webhook-log.ts';
import type { WebhookState } from '../../../functions/store/webhooks.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const NOW = Date.parse('2026-11-26T12:00:00.000Z');
const MINUTE = 60_000;

let table: TestTable;
let log: typeof import('../../../functions/store/webhook-log.ts');
let webhooks: typeof import('../../../functions/store/webhooks.ts');
beforeAll(async () => {
  table = await startTestTable();
  log = await import('../../../functions/store/webhook-log.ts');
  webhooks = await import('../../../functions/store/webhooks.ts');
});
afterAll(() => table.stop());

let sites = 0;
const newSite = () => `site-${++sites}`;
const isoAt = (ms: number) => new Date(ms).toISOString();

type Made = { site: string; command?: string; contactId?: string; state?: WebhookState; at?: number };

/** Records a webhook that arrived `at`, and gives its id. */
async function record({
  site,
  command = 'aal_updateuser',
  contactId = '1',
  state = 'flagged',
  at = NOW - MINUTE,
}: Made): Promise<string> {
  const id = ulid(at);
  const webhook = { id, site, command, contactId, parameters: {}, receivedAt: isoAt(at) };
  await webhooks.recordWebhook(webhook, { state, recordDays: 30 });
  return id;
}

const read = async (query: Partial<LogQuery> & { site: string }) => {
  const page = await log.readLog({ until: isoAt(NOW), limit: 50, ...query });
  return { ids: page.records.map(({ id }) => id), next: page.next };
};

test('a site’s webhooks come newest first, and no other site’s', async () => {
  const site = newSite();
  const ids: string[] = [];
  for (let minute = 20; minute > 0; minute--) ids.push(await record({ site, at: NOW - minute * MINUTE }));
  await record({ site: newSite() });
  expect(await read({ site })).toEqual({ ids: ids.toReversed(), next: undefined });
});

test('pages follow on one another, without a gap and without a webhook twice', async () => {
  const site = newSite();
  const at = NOW - MINUTE; // all in one millisecond
  const ids = await Promise.all(Array.from({ length: 25 }, () => record({ site, at })));
  const seen: string[] = [];
  let after: string | undefined;
  do {
    const page = await read({ site, limit: 10, ...(after && { after }) });
    seen.push(...page.ids);
    after = page.next;
  } while (after);
  expect(seen).toEqual(ids.toSorted().toReversed());
});

test('pages have no gap where one shard holds all of the next but one', async () => {
  const site = newSite();
  const shardOf = (id: string) => [...id].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 8;
  const idIn = (shard: number, at: number): string => {
    for (;;) {
      const id = ulid(at);
      if (shardOf(id) === shard) return id;
    }
  };
  const at = NOW - 10 * MINUTE;
  const newer = Array.from({ length: 101 }, (_, index) => idIn(0, at - index * 1000));
  const ids = [...newer, idIn(1, at - 200_000)];
  await pMap(
    ids,
    (id) =>
      webhooks.recordWebhook(
        { id, site, command: 'aal_updateuser', contactId: '1', parameters: {}, receivedAt: isoAt(at) },
        { state: 'flagged', recordDays: 30 },
      ),
    { concurrency: 10 },
  );
  const first = await read({ site, limit: 1 });
  expect((await read({ site, limit: 110, ...(first.next && { after: first.next }) })).ids).toEqual(
    ids.slice(1),
  );
});

test('times bound what is found, and what is dated later is left out', async () => {
  const site = newSite();
  const [old, recent, coming] = await Promise.all(
    [NOW - 60 * MINUTE, NOW - MINUTE, NOW + MINUTE].map((at) => record({ site, at })),
  );
  expect((await read({ site })).ids).toEqual([recent, old]);
  expect((await read({ site, since: isoAt(NOW - 10 * MINUTE) })).ids).toEqual([recent]);
  expect((await read({ site, until: isoAt(NOW - 10 * MINUTE) })).ids).toEqual([old]);
  expect((await read({ site, since: isoAt(NOW), until: isoAt(NOW + 60 * MINUTE) })).ids).toEqual([coming]);
});

test.each([
  ['a command that only flags', { command: updateuser }, ['light']],
  ['a command with a job', { command: genpass }, ['queued', 'rejected']],
  ['another command', { command: batchsync }, []],
  ['a contact', { contactId: '7' }, ['light', 'rejected']],
  ['a contact and a command', { contactId: '7', command: genpass }, ['rejected']],
  ['an outcome that is trouble', { outcome: 'rejected' }, ['rejected']],
  ['an outcome that is none', { outcome: 'queued' }, ['queued']],
  ['a command and an outcome', { command: genpass, outcome: 'queued' }, ['queued']],
  ['a command and trouble', { command: updateuser, outcome: 'rejected' }, []],
] as [string, Partial<LogQuery>, string[]][])('%s is found', async (_, query, names) => {
  const site = newSite();
  const made: Record<string, string> = {
    light: await record({ site, contactId: '7' }),
    queued: await record({ site, command: 'aal_genpass', state: 'queued' }),
    rejected: await record({ site, command: 'aal_genpass', contactId: '7', state: 'rejected' }),
  };
  expect((await read({ site, ...query })).ids.sort()).toEqual(names.map((name) => made[name]).sort());
});

test('a job that ends badly is found by its outcome from then on, with all of its attempts', async () => {
  const site = newSite();
  const id = await record({ site, command: 'aal_genpass', state: 'queued' });
  expect((await read({ site, outcome: 'failed' })).ids).toEqual([]);
  const attempt = { at: isoAt(NOW), ms: 12, outcome: 'failed' as const, reason: 'it broke' };
  await webhooks.settle(
    { site, contactId: '1', id },
    { state: 'failed', reason: 'it broke', now: isoAt(NOW), attempt },
  );
  const { records } = await log.readLog({ site, outcome: 'failed', until: isoAt(NOW), limit: 50 });
  expect(records).toMatchObject([{ id, state: 'failed', history: [attempt] }]);
});

test('where few match, a page looks back only so far, and leads on from there', async () => {
  const site = newSite();
  const wanted = await record({ site, command: 'aal_updateuser', at: NOW - 60 * MINUTE });
  const others = Array.from({ length: 2_100 }, (_, n) => NOW - MINUTE - n);
  await pMap(others, (at) => record({ site, command: 'crm_event', at }), { concurrency: 25 });
  const first = await read({ site, command: updateuser });
  expect(first.ids).toEqual([]);
  expect(first.next).toBeDefined();
  expect(await read({ site, command: updateuser, ...(first.next && { after: first.next }) })).toEqual({
    ids: [wanted],
    next: undefined,
  });
});

test('a webhook is found by its id alone', async () => {
  const site = newSite();
  const id = await record({ site, contactId: '77' });
  expect(await log.findRecord(['academy', site], id)).toMatchObject({ id, site, contactId: '77' });
  expect(await log.findRecord([site], ulid(NOW))).toBeUndefined();
});
