import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { PluginSite } from '../../../local/plugin-simulator/plugin-site.ts';
import { actionsOf, allPages, drawPage, rowsOf, textIn } from '../../support/console.ts';
import { deliver, sendEvent, stopGate } from '../../support/deliveries.ts';
import { startTestLatchkey, type TestLatchkey, type TestSite } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

/** What the person is who the webhooks are about. */
const CANARY = { 'contact[email]': 'canary-7e2f@relay.example', 'contact[first_name]': 'Canarina' };

let latchkey: TestLatchkey;
let table: TableAccess;
let plugin: PluginSite;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  plugin = latchkey.plugins.get('relayed') as PluginSite;
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const draw = (values: Record<string, string>) => drawPage(latchkey, values);
const send = (contact: string) =>
  latchkey.send('relayed', 'aal_updateuser', { 'contact[id]': contact, ...CANARY });
const lifeOf = (site: TestSite, contact: string, id: string) => draw({ view: 'webhook', site, contact, id });

test('the life of a webhook has what its plugin answered to each attempt, and how long it took', async () => {
  const id = await send('1');
  const waiting = textIn(await lifeOf('relayed', '1', id));
  expect(waiting).toContain('queued on deliveries');
  expect(waiting).not.toContain('flagged');
  expect(waiting).toContain('Not shown the request itself, which is kept until the plugin has taken it');

  await plugin.setFault({ does: 'answers500' });
  await deliver(latchkey, 'relayed', '1', id);
  await plugin.setFault(undefined);
  await deliver(latchkey, 'relayed', '1', id);
  const text = textIn(await lifeOf('relayed', '1', id));
  expect(text).toMatch(
    /attempt 1 postponed after \d+ ms: the site answered 500.* Requests to the plugin POST \/ 500, \d+ ms/,
  );
  expect(text).toMatch(
    /attempt 2 applied after \d+ ms: the site answered 200 Requests to the plugin POST \/ 200, \d+ ms/,
  );
  expect(text).not.toContain('Not shown');
});

test('webhooks that became one lead to the one that was handed on, and that to the others', async () => {
  const ids = [await send('2'), await send('2'), await send('2')];
  const [first = '', , last = ''] = ids;
  await deliver(latchkey, 'relayed', '2', first);
  const page = await lifeOf('relayed', '2', first);
  expect(textIn(page)).toContain('brings this one too');
  const brought = await draw(actionsOf(page).find(({ label }) => label === last)?.to ?? {});
  expect(textIn(brought)).toContain('attempt 1 applied');
  expect(textIn(brought)).toContain('joined by 2 earlier of this contact');
  const others = actionsOf(brought).find(({ label }) => label === '2 earlier ones of this contact');
  const rows = rowsOf(await draw(others?.to ?? {}));
  expect(rows.map(({ Outcome }) => Outcome)).toEqual(['applied', 'applied', 'applied']);
});

test('an event that the site does not want is found by its outcome, with the reason', async () => {
  const id = await sendEvent(latchkey, 'flooded', { type: 'unsubscribe', 'contact[id]': '3', ...CANARY });
  const page = await draw({ view: 'log', site: 'flooded', outcome: 'filtered', command: 'crm_event' });
  expect(rowsOf(page)).toEqual([
    expect.objectContaining({ Outcome: 'filtered', Reason: 'the site wants no events of this type' }),
  ]);
  expect(actionsOf(page).filter(({ to }) => to.outcome === 'filtered').length).toBeGreaterThan(0);
  expect(textIn(await lifeOf('flooded', '3', id))).toContain(
    'filtered the site wants no events of this type',
  );
});

test('an event that comes too soon after another says until when it waits', async () => {
  const event = { type: 'update', 'contact[id]': '4', initiated_from: 'admin', ...CANARY };
  await deliver(latchkey, 'flooded', '4', await sendEvent(latchkey, 'flooded', event));
  const id = await sendEvent(latchkey, 'flooded', event);
  await deliver(latchkey, 'flooded', '4', id);
  const text = textIn(await lifeOf('flooded', '4', id));
  expect(text).toMatch(/Waits until in (59 min|1 h)/);
  expect(text).toMatch(/parked waits until \S+: the site wants some time between two events of a contact/);
});

test('a webhook that names nobody is not said to be of somebody', async () => {
  await sendEvent(latchkey, 'flooded', { type: 'update' });
  const [row] = rowsOf(await draw({ view: 'log', site: 'flooded' }));
  expect(row).toMatchObject({ Contact: 'not known', Outcome: 'queued' });
});

test('limits show the gate of each site that relays, and no CRM of it', async () => {
  await stopGate(table, 'flooded', 90_000);
  const page = await draw({ view: 'limits' });
  expect(rowsOf(page).map(({ Site }) => Site)).not.toContain('relayed');
  const gates = rowsOf(page.slice(page.indexOf('Plugins of sites that relay')));
  expect(gates).toEqual([
    {
      ...{ Site: 'relayed', Gate: 'open', 'Left alone until': '–' },
      'Requests at once': expect.stringMatching(/^0 of \d now, 4 at most$/),
      'Starts a second': expect.stringMatching(/^\S+ now, 100 at most$/),
      'Last failure': expect.stringMatching(/ago : the site answered 500/),
    },
    {
      ...{ Site: 'flooded', Gate: 'stopped', 'Requests at once': '0 of 0 now, 4 at most' },
      'Starts a second': expect.stringMatching(/^\S+ now, 100 at most$/),
      'Left alone until': expect.stringMatching(/^in 1 min/),
      'Last failure': expect.stringMatching(/^\d+ s ago : the site answered 503$/),
    },
  ]);
});

test('charts and settings are about the plugin', async () => {
  const charts = await draw({ view: 'charts', site: 'relayed', within: '1 h' });
  expect(charts).toContain('Handed to the plugin of relayed a minute');
  expect(charts).not.toContain('Requests to the CRM');
  const settings = textIn(await draw({ view: 'sites', site: 'flooded' }));
  expect(settings).toContain('url https://flooded.example.com/');
  expect(settings).not.toContain('undefined');
});

test('no page shows anything of the requests that are kept', async () => {
  await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '5', ...CANARY });
  const items = await table.items();
  expect(items.some(({ request }) => request !== undefined)).toBe(true);
  const pages = await allPages(latchkey, items);
  expect(pages.join('')).toContain('the request itself, which is kept');
  for (const page of pages) expect(page).not.toMatch(/canary|Canarina|secretIn&quot;:|plugin-secret/);
});
