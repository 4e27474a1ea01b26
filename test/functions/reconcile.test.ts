import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { type SiteApi, siteApi } from '../support/site-api.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const CURSOR = ['reconcile#academy', 'cursor'] as const;
const LONG_AGO_MS = 5 * 60_000; // longer than two clocks may differ

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => crm.faults.clear());

const reconcile = () => latchkey.cloud.lambda('reconcile').invoke({});
const isUp = async (id: string): Promise<boolean> => {
  const { requestedVersion = 0, syncedVersion = 0 } = ((await latchkey.flag('academy', id)) ?? {}) as Record<
    string,
    number
  >;
  return requestedVersion > syncedVersion;
};
const cursor = async () => (await table.items()).find(({ pk }) => pk === CURSOR[0]);

/** Makes a contact a member that was pulled a while ago. */
async function oldMember(id: string): Promise<void> {
  expect((await api.visit(id, 'profile-view')).status).toBe(200);
  const pulledAt = new Date(Date.now() - LONG_AGO_MS).toISOString();
  await table.changeItem(`academy#${id}`, 'member', { pulledAt });
}

test('a hundred members whose webhooks were lost are all flagged, and nobody else', async () => {
  const ids = crm.seedContacts(250);
  const lost = ids.slice(0, 100);
  await pMap(lost, oldMember, { concurrency: 4 });
  const current = ids[120] as string;
  await oldMember(current);
  await reconcile(); // what was changed by making them
  await pMap([...lost, current], (id) => api.visit(id, 'profile-view'), { concurrency: 4 });
  await pMap(
    lost,
    (id) =>
      table.changeItem(`academy#${id}`, 'member', {
        pulledAt: new Date(Date.now() - LONG_AGO_MS).toISOString(),
      }),
    { concurrency: 10 },
  );
  for (const id of ids) crm.contacts.addTag(id, 'Lost on the way'); // changes all, and posts no webhook
  crm.requests.reset();
  await reconcile();
  expect(await Promise.all(lost.map(isUp))).toEqual(lost.map(() => true));
  expect(await isUp(ids[200] as string)).toBe(false); // no member: nothing to keep current
  expect(crm.requests.total).toBeLessThan(10); // a hundred changes a request
  const [line] = latchkey.lines
    .filter((each) => each.includes('"message":"reconcile"') && each.includes('academy'))
    .slice(-1);
  expect(JSON.parse(line ?? '')).toMatchObject({ done: true, flagged: 101 });
}, 120_000);

test('a member that was pulled since it changed is not flagged again', async () => {
  const [id = ''] = crm.seedContacts(1);
  await oldMember(id);
  await api.visit(id, 'profile-view');
  const pulledAt = new Date(Date.now() + LONG_AGO_MS).toISOString(); // long after the change, by two clocks
  await table.changeItem(`academy#${id}`, 'member', { pulledAt });
  await reconcile();
  expect(await isUp(id)).toBe(false);
});

test('a crash between two pages skips nothing and repeats at most a page', async () => {
  const ids = crm.seedContacts(220);
  const members = [ids[0], ids[110], ids[219]] as string[];
  await pMap(members, oldMember);
  for (const id of ids) crm.contacts.addTag(id, 'After the crash');
  // The CRM breaks off at the second page of the round, whose first page is done.
  let pages = 0;
  crm.faults.next({ does: 'answer', status: 500, route: 'GET /contacts', times: 1 });
  await reconcile();
  expect(await isUp(members[0] as string)).toBe(false);
  const before = await cursor();
  expect(before?.startedAt).toBeDefined(); // the round is under way, from its beginning
  crm.requests.reset();
  await reconcile();
  pages = crm.requests.byRoute['GET /contacts'] ?? 0;
  expect(pages).toBeGreaterThan(2);
  expect(await Promise.all(members.map(isUp))).toEqual([true, true, true]);
  expect((await cursor())?.startedAt).toBeUndefined();
});

test('the next round asks from before the beginning of the last one, since lists may lag', async () => {
  await reconcile();
  const since = Date.parse(String((await cursor())?.since));
  expect(Date.now() - since).toBeGreaterThan(10 * 60_000 - 1000);
  expect(Date.now() - since).toBeLessThan(11 * 60_000);
});

test('a killed run goes on where it stopped', async () => {
  const ids = crm.seedContacts(120);
  const last = ids.at(-1) as string;
  await oldMember(last);
  crm.contacts.addTag(last, 'Killed');
  crm.faults.latencyMs = 400;
  const run = latchkey.cloud
    .lambda('reconcile')
    .invoke({})
    .catch(() => 'killed');
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if ((crm.requests.byRoute['GET /contacts'] ?? 0) === 0) return;
      clearInterval(look);
      resolve();
    }, 20);
  });
  latchkey.cloud.lambda('reconcile').kill();
  expect(await run).toBe('killed');
  crm.faults.latencyMs = 0;
  await reconcile();
  expect(await isUp(last)).toBe(true);
});

test('live work goes first: while others use the limit, nothing is asked', async () => {
  const account = new URL(crm.url).host;
  crm.requests.reset();
  const busyUntil = Date.now() + 3_000;
  await table.putItem({ pk: `pace#${account}`, sk: 'pace', free: busyUntil });
  await reconcile();
  expect(Date.now()).toBeGreaterThan(busyUntil - 500);
  expect(crm.requests.total).toBeGreaterThan(0);
}, 60_000);
