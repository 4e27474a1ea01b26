import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Opening } from '../../../functions/crm/definition.ts';
import type { Hook } from '../../../functions/crm/hooks.ts';
import type { KitCredentials } from '../../../functions/crm/kit/api.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startKit } from '../../../local/crm-simulators/kit.ts';
import { kitClientOf, receiver } from '../../local/crm-simulators/support.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { errorOf } from './fixtures/client.ts';

let table: TestTable;
let crm: CrmSimulator;
let opening: Opening<KitCredentials>;
let hooks: typeof import('../../../functions/crm/kit/hooks.ts').hooks;
let site: Awaited<ReturnType<typeof receiver>>;
let paths: string[];

beforeAll(async () => {
  table = await startTestTable();
  ({ hooks } = await import('../../../functions/crm/kit/hooks.ts'));
});
beforeEach(async () => {
  const { Pace } = await import('../../../functions/crm/pace.ts');
  crm = await startKit({ requestsPerSecond: 1_000 });
  crm.seedContacts(2);
  const patience = { first: 60_000, later: 60_000, remainingMs: () => 120_000 };
  const pace = new Pace(crm.url, 1_000, patience);
  opening = { site: 'a-site', credentials: crm.credentials as KitCredentials, pace };
  paths = [];
  site = await receiver((response) => {
    paths.push(response.req.url ?? '');
    response.end();
  });
});
afterEach(async () => {
  await crm.close();
  await site.close();
});
afterAll(() => table.stop());

const url = () => site.url.replace(/\?.*/, 'events/kit/a-handshake');
const TAGS = 16; // that a simulated account has

test('a new subscriber, a tag that is gained and one that is lost post to the address', async () => {
  const made = await hooks.install(opening, url(), ['20']);
  expect(made).toHaveLength(1 + 2 * TAGS);
  expect(made).toContainEqual({
    id: expect.any(String),
    url: `${url()}?tag=20`,
    events: ['tag_add 20'],
    isOn: true,
  });
  crm.contacts.addTag('1', '20');
  await crm.automation.idle();
  crm.contacts.removeTag('1', '20');
  await crm.automation.idle();
  crm.contacts.create({ email: 'new@example.com' });
  await crm.automation.idle();
  expect(paths).toEqual([
    '/events/kit/a-handshake?tag=20',
    '/events/kit/a-handshake',
    '/events/kit/a-handshake',
  ]);
});

test('what is installed is listed as it was made, beside the webhooks of others', async () => {
  await kitClientOf(crm)('POST', '/webhooks', {
    target_url: 'https://other.example/',
    event: { name: 'subscriber.subscriber_bounce' },
  });
  const made = await hooks.install(opening, url(), []);
  const inOrder = (all: Hook[]) => all.toSorted((a, b) => Number(a.id) - Number(b.id));
  expect(inOrder(await hooks.list(opening))).toEqual([
    { id: '1', url: 'https://other.example/', events: ['subscriber_bounce'], isOn: true },
    ...inOrder(made),
  ]);
});

test('installing again makes what is missing, and nothing twice', async () => {
  await hooks.install(opening, url(), []);
  expect(await hooks.install(opening, url(), [])).toEqual([]);
  const [first] = await hooks.list(opening);
  if (!first) throw new Error('no webhook');
  await hooks.remove(opening, first);
  crm.contacts.addTag('1', 'A new tag');
  const made = await hooks.install(opening, url(), []);
  expect(made.map(({ events }) => events)).toEqual(
    expect.arrayContaining([first.events, ['tag_add 37'], ['tag_remove 37']]),
  );
  expect(made).toHaveLength(3);
});

test('what is missing is told without being made', async () => {
  const missing = await hooks.missing(opening, url(), ['20']);
  expect(missing).toHaveLength(1 + 2 * TAGS);
  expect(missing).toContainEqual({ url: `${url()}?tag=20`, events: ['tag_add 20'] });
  expect(await hooks.list(opening)).toEqual([]);
  const [first] = await hooks.install(opening, url(), []);
  if (!first) throw new Error('no webhook');
  await hooks.remove(opening, first);
  expect(await hooks.missing(opening, url(), [])).toEqual([{ url: first.url, events: first.events }]);
});

test('a webhook that is removed is gone, and removing it again is no error', async () => {
  const [hook] = await hooks.install(opening, url(), []);
  if (!hook) throw new Error('no webhook');
  await hooks.remove(opening, hook);
  await hooks.remove(opening, hook);
  expect((await hooks.list(opening)).map(({ id }) => id)).not.toContain(hook.id);
});

test('a tag that does not exist is refused before anything is made', async () => {
  const { name, message } = await errorOf(hooks.install(opening, url(), ['20', '999']));
  expect(name).toBe('Rejected');
  expect(message).toContain('999');
  expect(await hooks.list(opening)).toEqual([]);
});

test('an address that has a query keeps it', async () => {
  const made = await hooks.install(opening, `${url()}?source=kit`, []);
  expect(made.map((hook) => hook.url)).toContain(`${url()}?source=kit&tag=20`);
});
