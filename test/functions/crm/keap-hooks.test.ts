import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Opening } from '../../../functions/crm/definition.ts';
import type { KeapCredentials } from '../../../functions/crm/keap/api.ts';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { keapClientOf, receiver } from '../../local/crm-simulators/support.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const EVENTS = [
  'contact.add',
  'contact.edit',
  'contact.delete',
  'contactGroup.applied',
  'contactGroup.removed',
];

let table: TestTable;
let crm: KeapSimulator;
let opening: Opening<KeapCredentials>;
let hooks: typeof import('../../../functions/crm/keap/hooks.ts').hooks;
let site: Awaited<ReturnType<typeof receiver>>;
/** Whether the site proves that it is ours, as Latchkey does. */
let echoes: boolean;
let status: number;

beforeAll(async () => {
  table = await startTestTable();
  ({ hooks } = await import('../../../functions/crm/keap/hooks.ts'));
});
beforeEach(async () => {
  const { Pace } = await import('../../../functions/crm/pace.ts');
  crm = await startKeap({ requestsPerSecond: 1_000, hookDelaysMs: [0, 0, 0, 0] });
  crm.seedContacts(2);
  const patience = { first: 60_000, later: 60_000, remainingMs: () => 120_000 };
  const pace = new Pace(crm.url, 1_000, patience);
  opening = { site: 'a-site', credentials: crm.credentials as KeapCredentials, pace };
  echoes = true;
  status = 200;
  site = await receiver((response, _form, headers) => {
    const secret = headers['x-hook-secret'];
    response.writeHead(status, secret && echoes ? { 'x-hook-secret': secret } : {}).end();
  });
});
afterEach(async () => {
  await crm.close();
  await site.close();
});
afterAll(() => table.stop());

const url = () => site.url.replace(/\?.*/, 'events/keap/a-handshake');
const eventsOf = () => site.bodies.filter(Boolean).map((body) => JSON.parse(body).event_key);

test('contacts that come, change and go, and tags that they gain and lose, post to the address', async () => {
  const made = await hooks.install(opening, url(), []);
  expect(made).toEqual(
    EVENTS.map((event) => ({
      ...{ id: expect.any(String), url: url(), events: [event], isOn: true, state: 'Verified' },
    })),
  );
  const { id } = crm.contacts.create({ email: 'new@example.com' });
  await crm.automation.idle();
  crm.contacts.edit(id, { firstName: 'New' });
  await crm.automation.idle();
  crm.contacts.addTag(id, '20');
  await crm.automation.idle();
  crm.contacts.removeTag(id, '20');
  await crm.automation.idle();
  crm.contacts.remove(id);
  await crm.automation.idle();
  expect([...new Set(eventsOf())].sort()).toEqual(EVENTS.toSorted());
});

test('what is installed is listed as it was made, beside the hooks of others', async () => {
  const others = { eventKey: 'contact.add', hookUrl: 'http://127.0.0.1:9/' };
  const { body } = await keapClientOf(crm)('POST', '/v1/hooks', others);
  const made = await hooks.install(opening, url(), []);
  expect(made).toHaveLength(EVENTS.length);
  expect(await hooks.list(opening)).toEqual([
    { id: body.key, url: others.hookUrl, events: ['contact.add'], isOn: false, state: 'Unverified' },
    ...made,
  ]);
});

test('installing again makes what is missing, and nothing twice', async () => {
  await hooks.install(opening, url(), []);
  expect(await hooks.install(opening, url(), [])).toEqual([]);
  const [first] = await hooks.list(opening);
  if (!first) throw new Error('no hook');
  await hooks.remove(opening, first);
  expect((await hooks.install(opening, url(), [])).map(({ events }) => events)).toEqual([first.events]);
  expect(await hooks.list(opening)).toHaveLength(EVENTS.length);
});

test('what is missing is told without being made; a hook that is off is there', async () => {
  const missing = EVENTS.map((event) => ({ url: url(), events: [event] }));
  expect(await hooks.missing(opening, url(), [])).toEqual(missing);
  expect(await hooks.list(opening)).toEqual([]);
  echoes = false;
  const [first] = await hooks.install(opening, url(), []);
  expect(await hooks.missing(opening, url(), [])).toEqual([]);
  if (!first) throw new Error('no hook');
  await hooks.remove(opening, first);
  expect(await hooks.missing(opening, url(), [])).toEqual([{ url: url(), events: first.events }]);
});

test('a hook whose address does not prove itself is made and not on; installing again verifies it', async () => {
  echoes = false;
  const made = await hooks.install(opening, url(), []);
  expect(made.map(({ isOn, state }) => [isOn, state])).toEqual(EVENTS.map(() => [false, 'Unverified']));
  echoes = true;
  const verified = await hooks.install(opening, url(), []);
  expect(verified).toEqual(made.map((hook) => ({ ...hook, isOn: true, state: 'Verified' })));
  expect(await hooks.list(opening)).toEqual(verified);
});

test('a hook that Keap switched off is told as off, and installing again switches it on', async () => {
  await hooks.install(opening, url(), []);
  status = 410;
  crm.contacts.create({ email: 'new@example.com' });
  await crm.automation.idle();
  const off = (await hooks.list(opening)).filter(({ isOn }) => !isOn);
  expect(off).toMatchObject([{ events: ['contact.add'], state: 'Inactive' }]);
  status = 200;
  expect(await hooks.install(opening, url(), [])).toMatchObject([{ id: off[0]?.id, isOn: true }]);
});

test('a hook that is removed is gone, and removing it again is no error', async () => {
  const [hook] = await hooks.install(opening, url(), []);
  if (!hook) throw new Error('no hook');
  await hooks.remove(opening, hook);
  await hooks.remove(opening, hook);
  expect((await hooks.list(opening)).map(({ id }) => id)).not.toContain(hook.id);
});
