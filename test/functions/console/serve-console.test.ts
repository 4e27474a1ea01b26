import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ulid } from 'ulid';
import { logKey, webhookKey } from '../../../functions/store/keys.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Endpoints } from '../../../local/endpoints.ts';
import { type FaultProxy, startFaultProxy } from '../../../local/fault-proxy.ts';
import { actionsOf, allPages, drawPage, rowsOf, textIn, VIEWS } from '../../support/console.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

const HOUR_MS = 60 * 60 * 1000;
const site = 'academy';

let latchkey: TestLatchkey;
let table: TableAccess;
let proxies: { dynamodb: FaultProxy; cloudwatch: FaultProxy };
/** Webhooks, by what became of them. */
let ids: Record<'flagged' | 'applied' | 'rejected' | 'counted' | 'duplicate' | 'team', string>;

beforeAll(async () => {
  let real: Endpoints | undefined;
  proxies = {
    dynamodb: await startFaultProxy(() => real?.dynamodb ?? ''),
    cloudwatch: await startFaultProxy(() => real?.cloudwatch ?? ''),
  };
  latchkey = await startTestLatchkey({
    endpointsOf: (endpoints, name) => {
      real = endpoints;
      const { dynamodb, cloudwatch } = proxies;
      return name === 'serve-console' ? { dynamodb: dynamodb.url, cloudwatch: cloudwatch.url } : {};
    },
  });
  table = openTable(latchkey);
  const send = (command: string, contact: string, more: Record<string, string> = {}) =>
    latchkey.send(site, command, { 'contact[id]': contact, ...more });
  ids = {
    flagged: await send('aal_updateuser', '3'),
    applied: await send('aal_genpass', '1'),
    rejected: await send('aal_fieldop', '2', { operationId: 'unheard-of' }),
    counted: await send('aal_fieldop', '2', { operationId: 'ten-points' }),
    duplicate: await send('aal_fieldop', '2', { operationId: 'ten-points' }),
    team: await send('aal_initiateteam', '1', { teamId: 'crew' }),
  };
  await latchkey.until(site, '1', ids.applied, 'applied');
  await latchkey.until(site, '2', ids.rejected, 'rejected');
  await latchkey.until(site, '2', ids.counted, 'applied');
  await latchkey.until(site, '1', ids.team, 'applied');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
  await Promise.all(Object.values(proxies).map((proxy) => proxy.close()));
});
beforeEach(() => {
  for (const proxy of Object.values(proxies)) proxy.decide(() => 'pass');
});

const draw = (values: Record<string, unknown>, context = {}) => drawPage(latchkey, values, context);
const logOf = async (filters: Record<string, string>) =>
  rowsOf(await draw({ view: 'log', site, ...filters }));
const lifeOf = (contact: string, id: string) => draw({ view: 'webhook', site, contact, id });
/** Puts a record into the table that no webhook could have made. */
const put = (record: WebhookRecord) =>
  table.putItem({ ...webhookKey(record), ...record, logKey: logKey(record.site, record.id) });

describe('the log', () => {
  test('shows the webhooks of a site, newest first, with what became of each and why', async () => {
    const rows = await logOf({});
    expect(rows.map(({ Command }) => Command)).toEqual([
      'aal_initiateteam',
      'aal_fieldop',
      'aal_fieldop',
      'aal_fieldop',
      'aal_genpass',
      'aal_updateuser',
    ]);
    expect(rows[3]).toEqual({
      Received: expect.stringMatching(/ ago$|^now$/),
      Command: 'aal_fieldop',
      Contact: '2',
      Outcome: 'rejected',
      Tries: '1',
      Reason: expect.stringContaining('unheard-of'),
    });
    expect(await logOf({ site: 'told' })).toEqual([]);
  });

  test.each([
    ['contact', '2', 3],
    ['command', 'aal_genpass', 1],
    ['outcome', 'duplicate', 1],
    ['outcome', 'applied', 3],
    ['within', '15 min', 6],
    ['before', '2026-01-01T00:00', 0],
    ['from', '2200-01-01T00:00', 0],
    ['from', '0002-01-01T00:00', 6],
    ['from', '2026-01-01T00:00', 6],
  ])('is narrowed by %s %s', async (filter, value, left) => {
    expect(await logOf({ [filter]: value })).toHaveLength(left);
  });

  test('is narrowed by several filters at once, and each of them can be taken away', async () => {
    const page = await draw({ view: 'log', site, contact: '2', command: 'aal_fieldop', outcome: 'rejected' });
    expect(rowsOf(page)).toHaveLength(1);
    const remove = actionsOf(page).find(({ label }) => label.startsWith('contact 2'));
    expect(remove?.to).toEqual({ view: 'log', site, command: 'aal_fieldop', outcome: 'rejected' });
  });

  test('is narrowed by a form, whose fields hold what it is narrowed to', async () => {
    const page = await draw({ view: 'log', site, contact: '2', edit: 'yes' });
    expect(page).toMatch(/<input id="lk-contact" name="contact" type="text" value="2"/);
    const show = actionsOf(page).find(({ label }) => label === 'Show');
    const shown = await draw(show?.to ?? {}, { forms: { all: { contact: '1', command: '', id: '' } } });
    expect(rowsOf(shown).map(({ Contact }) => Contact)).toEqual(['1', '1']);
  });

  test('finds one webhook by its id alone', async () => {
    const page = await draw(
      { view: 'log', site: 'told', form: 'yes' },
      { forms: { all: { id: ids.applied } } },
    );
    expect(textIn(page)).toContain('account created');
  });

  test('leads on from page to page, and skips none', async () => {
    const first = Date.UTC(2025, 0, 1);
    for (let minute = 0; minute < 60; minute++) {
      const at = first + minute * 60_000;
      const receivedAt = new Date(at).toISOString();
      const webhook = {
        site: 'legacy',
        contactId: String(minute),
        command: 'aal_updateuser',
        parameters: {},
      };
      await put({ ...webhook, id: ulid(at), receivedAt, state: 'flagged' });
    }
    const seen: string[] = [];
    let next: Record<string, string> | undefined = { view: 'log', site: 'legacy' };
    while (next) {
      const page = await draw(next);
      seen.push(...rowsOf(page).map(({ Contact = '' }) => Contact));
      next = actionsOf(page).find(({ label }) => label === 'Older')?.to;
    }
    expect(seen).toEqual(Array.from({ length: 60 }, (_, index) => String(59 - index)));
  });

  test('leaves jobs for a coming date to a view of their own', async () => {
    const receivedAt = new Date(Date.now() + 48 * HOUR_MS).toISOString();
    const id = ulid(Date.parse(receivedAt));
    const job = { command: 'subscription_look', parameters: { provider: 'stripe', id: 'sub_1' } };
    await put({ ...job, id, site: 'slow', contactId: '5', receivedAt, state: 'queued', queue: 'operations' });
    expect(await logOf({ site: 'slow' })).toEqual([]);
    const [row] = rowsOf(await draw({ view: 'coming', site: 'slow' }));
    expect(row).toMatchObject({ Received: expect.stringMatching(/^in 1 d 23 h|^in 2 d/), Outcome: 'queued' });
  });
});

describe('the life of a webhook', () => {
  test('tells what happened, in order: arrival, flag, queue, attempts with their requests, end', async () => {
    const text = textIn(await lifeOf('1', ids.applied));
    const life = text.slice(text.indexOf('What happened'));
    const order = [
      'received',
      'flagged',
      'queued on operations',
      'attempt 1 applied',
      'GET /api/3',
      'applied account',
    ];
    const places = order.map((words) => life.indexOf(words));
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places).not.toContain(-1);
    expect(text).toMatch(/GET \/api\/3\/contacts\S* 200, \d+ ms/);
  });

  test('leads from a duplicate to the webhook that counts', async () => {
    const page = await lifeOf('2', ids.duplicate);
    const counted = actionsOf(page).find(({ label }) => label === ids.counted);
    expect(textIn(await draw(counted?.to ?? {}))).toContain('attempt 1 applied');
  });

  test('leads from a team interaction to what it started for each person, and back', async () => {
    const id = await latchkey.send(site, 'aal_teamops', {
      'contact[id]': '1',
      teamId: 'crew',
      opId: 'thank',
    });
    await latchkey.until(site, '1', id, 'applied');
    const page = await eventually(async () => {
      const drawn = await lifeOf('1', id);
      if (!drawn.includes('What it started')) throw new Error('nothing started');
      return drawn;
    });
    const [child] = rowsOf(page);
    expect(child).toMatchObject({ Command: 'team_interaction', Contact: '1' });
    const parent = actionsOf(await lifeOf('1', `${id}-1`)).find(({ label }) => label === id);
    expect(textIn(await draw(parent?.to ?? {}))).toContain('aal_teamops');
  });

  test('tells of replays, waits, sweeps and who tries it now; of secrets and plans only that they are there', async () => {
    const receivedAt = new Date(Date.now() - 5000).toISOString();
    const later = new Date(Date.now() + 50_000).toISOString();
    const record: WebhookRecord = {
      ...{
        id: ulid(Date.parse(receivedAt)),
        site: 'guild',
        contactId: '9',
        command: 'mbr_genpass',
        receivedAt,
      },
      ...{
        parameters: { tid: ['5', '6'] },
        secrets: { default_pass: 'CanaryPass' },
        plan: { code: 'CanaryCode' },
      },
      ...{ state: 'queued', queue: 'operations', attempts: 2, waits: 1, sweeps: 3 },
      ...{
        heldBy: 'worker-1',
        heldUntil: later,
        pendingAt: later,
        replayOf: ids.applied,
        replayedBy: ids.team,
      },
      history: [
        { at: receivedAt, ms: 1500, outcome: 'failed', reason: 'the CRM is down', calls: [], crmRequests: 9 },
      ],
    };
    await put(record);
    const page = await draw({ view: 'webhook', site: 'guild', contact: '9', id: record.id });
    const text = textIn(page);
    for (const words of [
      'tid ["5","6"]',
      '1 secret values, until it has ended',
      'Plan made',
      `Replay of ${ids.applied}`,
      `Replayed by ${ids.team}`,
      `received stands in for ${ids.applied}`,
      'attempt 1 failed after 1500 ms: the CRM is down',
      'and 9 more',
      "waited once for the CRM's limit",
      '3 times by the sweep',
      'being tried by worker-1, until',
    ])
      expect(text).toContain(words);
    expect(page).not.toContain('Canary');
  });

  test('says how a webhook that was rejected is tried again, or why it cannot be', async () => {
    expect(textIn(await lifeOf('2', ids.rejected))).toContain(`npx latchkey replay ${ids.rejected}`);
    await latchkey.post(site, 'aal_updateteam', { 'contact[id]': '1' });
    const [refused] = actionsOf(await draw({ view: 'log', site, contact: '?' })).filter(({ to }) => to.id);
    expect(textIn(await draw(refused?.to ?? {}))).toContain('not possible: it was refused at the door');
  });

  test('is not there for an id that nobody has', async () => {
    expect(textIn(await draw({ view: 'webhook', site, id: '01ARZ3NDEKTSV4RRFFQ69G5FAV' }))).toContain(
      'There is no webhook 01ARZ3NDEKTSV4RRFFQ69G5FAV',
    );
  });
});

describe('around it', () => {
  test('queues show what waits, what is delayed and what was given up', async () => {
    const empty = { Waiting: '0', Delayed: '0', 'In flight': '0', Oldest: '–', 'Dead letters': '0' };
    const all = ['operations', 'batch-sync', 'deliveries', 'site-events'].map((Queue) => ({
      Queue,
      ...empty,
    }));
    await eventually(async () => expect(rowsOf(await draw({ view: 'queues' }))).toEqual(all));
    await latchkey.send('legacy', 'aal_batchsync', { 'contact[id]': '77' });
    expect(rowsOf(await draw({ view: 'queues' }))[1]).toEqual({
      ...empty,
      Queue: 'batch-sync',
      Delayed: '1',
    });
  });

  test('flags show the contacts that need a sync, and since when', async () => {
    const rows = rowsOf(await draw({ view: 'pending', site }));
    expect(rows).toContainEqual({ Contact: '3', 'Flag up since': expect.stringMatching(/ago|now/) });
  });

  test('limits show how far ahead an account is booked, once a reconciliation has named the account', async () => {
    const rowOfSlow = async () => rowsOf(await draw({ view: 'limits' })).find(({ Site }) => Site === 'slow');
    expect(await rowOfSlow()).toMatchObject({
      Account: expect.stringContaining('known after'),
      Limit: '5 a second',
    });
    await latchkey.cloud.lambda('reconcile').invoke({});
    const account = new URL(latchkey.simulators.get('slow')?.url ?? '').host;
    const [free, line] = [Date.now() + 30_500, Date.now() + 3 * HOUR_MS + 60_000];
    await table.putItem({ pk: `pace#${account}`, sk: 'pace', free, line });
    expect(await rowOfSlow()).toMatchObject({
      Account: account,
      'Next request': expect.stringMatching(/^booked for (29|30) s$/),
      'Jobs in line': expect.stringMatching(/^booked for 3 h( 1 min)?$/),
    });
  });

  test('settings show a site’s config, and of its handshakes and keys only how many there are', async () => {
    const text = textIn(await draw({ view: 'sites', site }));
    for (const words of [
      'Handshakes 2',
      'API keys 2',
      'kind activecampaign',
      'ten-points',
      'crew',
      'lead_id',
    ])
      expect(text).toContain(words);
    expect(text).not.toMatch(/[0-9a-f]{64}/);
  });

  test('charts show the metrics of the time that is asked for', async () => {
    const page = await draw({ view: 'charts', site, within: '1 h' });
    expect(page.match(/<figure/g)).toHaveLength(4);
    expect(page).toContain('Requests to the CRM of academy a minute');
    expect(page).toMatch(/<rect /);
    expect(textIn(page)).toContain('the CRM hangs up');
  });

  test('where CloudWatch does not answer, pages say so and show the rest', async () => {
    proxies.cloudwatch.decide(() => 'reset');
    for (const view of ['queues', 'limits', 'charts'])
      expect(textIn(await draw({ view, site }))).toContain('CloudWatch does not give its metrics now');
    expect(rowsOf(await draw({ view: 'queues' }))).toHaveLength(4);
    expect(latchkey.lines.join('\n')).toContain('metrics not read');
  });
});

describe('the generator', () => {
  test('gives the URL, the body and the steps for the CRM of the site', async () => {
    const parameters = { forms: { all: { teamId: 'crew', change: '-2' } } };
    const page = await draw(
      { view: 'generator', site: 'guild', command: 'aal_updateteam', form: 'yes' },
      parameters,
    );
    const text = textIn(page);
    expect(text).toContain(`${latchkey.cloud.url}/?aal_updateteam=HANDSHAKE&teamId=crew&change=-2`);
    expect(text).toContain('contactId=~Contact.Id~');
    expect(text).toContain('In Keap,');
  });

  test('says what is wrong with a parameter, at its field, and gives no URL', async () => {
    const parameters = { forms: { all: { teamId: '', change: '0' } } };
    const page = await draw({ view: 'generator', site, command: 'aal_updateteam', form: 'yes' }, parameters);
    expect(page).toMatch(
      /id="lk-teamId"[^>]*aria-describedby="lk-teamId-hint lk-teamId-complaint" aria-invalid="true"/,
    );
    expect(textIn(page)).toContain('must not be 0');
    expect(page).not.toContain('HANDSHAKE');
  });

  test('has no field for what is secret', async () => {
    const page = await draw({ view: 'generator', site, command: 'mbr_genpass' });
    expect(page).toContain('name="tid"');
    expect(page).not.toContain('name="default_pass"');
  });
});

describe('whatever is asked', () => {
  test('the widget describes itself', async () => {
    const described = await latchkey.cloud.lambda('serve-console').invoke({ describe: true });
    expect(described).toEqual({ markdown: expect.stringContaining('console') });
  });

  test('what stands in records gets into pages as text', async () => {
    const hostile = `"><script>alert(1)</script><img src=x onerror='x'>`;
    const now = new Date().toISOString();
    await put({
      ...{ id: ulid(), site: 'managed', contactId: hostile, command: hostile, receivedAt: now },
      ...{ parameters: { [hostile]: hostile }, state: 'rejected', reason: hostile, duplicateOf: hostile },
      ...{ settledAt: now, replayOf: hostile, queue: hostile as 'operations' },
      history: [{ at: now, ms: 1, outcome: 'failed', reason: hostile, calls: [hostile] }],
    });
    const log = await draw({ view: 'log', site: 'managed', contact: hostile, command: hostile });
    expect(textIn(log)).toContain(hostile);
    const life = actionsOf(log).find(({ to }) => to.view === 'webhook');
    for (const page of [log, await draw(life?.to ?? {}), await draw({ view: 'webhook', id: hostile })])
      expect(page).not.toMatch(/<script|<img/i);
  });

  test('nonsense draws a page all the same', async () => {
    const value = fc.oneof(
      fc.string(),
      fc.constantFrom('0', '-1', '__proto__', 'constructor', '2026-99-99T00:00'),
    );
    const name = fc.constantFrom(
      'site',
      'contact',
      'command',
      'outcome',
      'within',
      'from',
      'before',
      'shard',
      'since',
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...VIEWS), fc.dictionary(name, value), async (view, values) => {
        expect(await draw({ ...values, view, edit: 'yes' })).toContain('<h1>');
      }),
      { numRuns: 60 },
    );
  });

  test('all pages together ask DynamoDB for items by their keys only, and change nothing', async () => {
    proxies.dynamodb.passed.length = 0;
    const pages = await allPages(latchkey, await table.items());
    expect(pages.length).toBeGreaterThan(50);
    const operations = new Set(proxies.dynamodb.passed.map(({ operation }) => operation.split('.')[1]));
    expect([...operations].sort()).toEqual(['BatchGetItem', 'GetItem', 'Query']);
  });
});
