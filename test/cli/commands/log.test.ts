import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../../local/crm-simulators/active-campaign.ts';
import { startFaultProxy } from '../../../local/fault-proxy.ts';
import { announceCloud } from '../../../local/running-cloud.ts';
import { eventually, type TestLatchkey } from '../../support/latchkey.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { latchkey as run } from '../latchkey.ts';
import { CONFIG, type LocalLatchkey, startLocalLatchkey } from '../local-latchkey.ts';

const SITE = 'academy';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  local = await startLocalLatchkey({ pollers: false });
  ({ latchkey, folder } = local);
  table = openTable(latchkey);
  crm = latchkey.simulators.get(SITE) as ActiveCampaignSimulator;
  for (let n = 0; n < 3; n++) await fail();
  latchkey.cloud.startPollers();
});
afterAll(async () => {
  table.close();
  await local.stop();
});

const locally = (...args: string[]) => run(...args, '--local', folder);

/** Webhooks that have failed, one for each test that needs one. */
const failed: { contact: string; id: string }[] = [];

/** Posts a genpass for a new contact and has it fail for the last time: the CRM is down. Before queues are delivered. */
async function fail(): Promise<void> {
  const { id: contact } = crm.contacts.create({
    email: `operator.${failed.length}@example.com`,
    firstName: 'Canaria',
  });
  crm.faults.next({ does: 'answer', route: 'GET /contacts/{id}', times: Number.POSITIVE_INFINITY });
  const id = await latchkey.send(SITE, 'aal_genpass', { 'contact[id]': contact });
  const record = (await latchkey.record(SITE, contact, id)) as WebhookRecord;
  await table.change(record, { attempts: 15 });
  await latchkey.cloud.lambda('work').invoke(sqsEvent([record]));
  await latchkey.until(SITE, contact, id, 'failed');
  crm.faults.clear();
  failed.push({ contact, id });
}

describe('log', () => {
  test('lists webhooks of all sites, newest first, with what became of them and why', async () => {
    const first = await latchkey.send(SITE, 'aal_updateuser', { contactId: '1' });
    const second = await latchkey.send('slow', 'aal_updateuser', { contactId: '2' });
    const { code, out } = await locally('log', '--limit', '2');
    expect(code).toBe(0);
    const [one, other] = out.trimEnd().split('\n');
    expect(one).toMatch(new RegExp(`${second}  slow .* aal_updateuser .* contact 2 .* flagged$`));
    expect(other).toContain(first);
  });

  test('filters by site, contact, command, outcome and time', async () => {
    await latchkey.post(SITE, 'aal_updateteam', { contactId: '3', teamId: 'group-plan', change: 'many' });
    const rejected = await locally('log', '--site', SITE, '--outcome', 'rejected', '--json', '--since', '5m');
    const [record] = rejected.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(record).toMatchObject({
      command: 'aal_updateteam',
      state: 'rejected',
      reason: expect.any(String),
    });
    expect((await locally('log', '--contact', '3', '--command', 'aal_genpass')).out).toBe('');
    expect((await locally('log', '--until', '1d')).err).toContain('No webhook is like that.');
  });

  test.each([
    [['--site', 'nowhere'], 'The config has no site nowhere. Its sites: academy'],
    [['--command', 'aal_nothing'], 'There is no command aal_nothing'],
    [['--outcome', 'lost'], '--outcome must be one of queued, flagged'],
    [['--since', 'yesterday'], '--since must be so long ago'],
    [['--limit', '0'], 'whole number, 1 or more'],
  ])('%j is refused with words that help', async (args, words) => {
    const { code, out, err } = await locally('log', ...args);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toContain(words);
  });

  test('asks by keys alone: each shard of an index once, and the records', async () => {
    const proxy = await startFaultProxy(() => latchkey.cloud.endpoints.dynamodb);
    const seenThrough = await mkdtemp(join(tmpdir(), 'latchkey-seen-'));
    const { url, endpoints, outputs } = latchkey.cloud;
    await announceCloud(seenThrough, { url, outputs, endpoints: { ...endpoints, dynamodb: proxy.url } });
    const args = ['cli/latchkey.ts', 'log', '--site', SITE, '--limit', '1', '--local', seenThrough];
    const process = spawn('node', args, { env: { ...globalThis.process.env, LATCHKEY_CONFIG: CONFIG } });
    expect(await once(process, 'exit')).toEqual([0, null]);
    const asked = proxy.passed.map(({ operation }) => operation.replace(/.*\./, ''));
    expect(asked.sort()).toEqual(['BatchGetItem', ...Array(8).fill('Query')]);
    await proxy.close();
    await rm(seenThrough, { recursive: true });
  });

  test('--follow shows each webhook when it comes and again when it ends, as a command of its own', async () => {
    const args = ['cli/latchkey.ts', 'log', '--site', SITE, '--follow', '--limit', '1', '--local', folder];
    const process = spawn('node', args, { env: { ...globalThis.process.env, LATCHKEY_CONFIG: CONFIG } });
    const lines = createInterface({ input: process.stdout })[Symbol.asyncIterator]();
    await lines.next(); // what was there already
    const { id: contact } = crm.contacts.create({ email: 'follow@example.com' });
    const id = await latchkey.send(SITE, 'aal_genpass', { 'contact[id]': contact });
    const seen: string[] = [];
    do seen.push(String((await lines.next()).value));
    while (!seen.at(-1)?.includes('applied'));
    for (const line of seen) expect(line).toContain(id);
    process.kill('SIGINT');
    expect(await once(process, 'exit')).toEqual([0, null]);
  });
});

describe('show', () => {
  test('tells the life of a webhook: attempts, requests to the CRM, the end, and that it can be replayed', async () => {
    const { contact, id } = failed[0] as (typeof failed)[number];
    const { code, out } = await locally('show', id);
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`contact +${contact}\n`));
    expect(out).toMatch(/Z {2}received\n/);
    expect(out).toMatch(/Z {2}queued +on operations\n/);
    expect(out).toMatch(
      /Z {2}attempt 1 +failed after \d+ ms: gave up after 16 attempts; last: Unavailable: GET .* answered 500\n/,
    );
    expect(out).toMatch(/ GET \/api\/3\/contacts\/\d+ 500, \d+ ms\n/);
    expect(out).toMatch(/Z {2}failed +gave up after 16 attempts/);
    expect(out).toContain(`Replay: npx latchkey replay ${id}\n`);
    const { out: json } = await locally('show', id, '--json');
    expect(JSON.parse(json)).toMatchObject({ id, state: 'failed', history: expect.any(Array) });
  });

  test('says where there is no record', async () => {
    const { code, err } = await locally('show', '01M80RJJXZ21T1WKTZTZSPDA98');
    expect(code).toBe(1);
    expect(err).toContain('There is no record of a webhook 01M80RJJXZ21T1WKTZTZSPDA98');
  });
});

describe('replay', () => {
  test('says what it would do, does it with --yes, waits for the end, and clears the dead letter', async () => {
    const { contact, id } = failed[1] as (typeof failed)[number];
    const before = await latchkey.messagesIn('operations/dead-letters');
    const dry = await locally('replay', '--failed', '--since', '10m', '--contact', contact);
    expect(dry).toMatchObject({ code: 0, out: expect.stringContaining(id) });
    expect(dry.err).toContain('1 would be replayed. Nothing was done');
    expect((await latchkey.record(SITE, contact, id))?.replayedBy).toBeUndefined();

    const done = await locally('replay', id, '--yes', '--wait', '20', '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out).replayed).toMatchObject([{ webhook: id, state: 'applied' }]);
    expect(await latchkey.messagesIn('operations/dead-letters')).toBe(before - 1);

    const again = await locally('replay', id, '--yes');
    expect(again.code).toBe(1);
    expect(again.err).toContain('was replayed already');
    const left = await locally('replay', '--failed', '--contact', contact, '--yes', '--json');
    expect(left).toMatchObject({ code: 0, out: '{"replayed":[]}\n' });
  });

  test('wants to be told which', async () => {
    expect(await locally('replay', '--yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('Say which'),
    });
    expect(await locally('replay', 'X', '--failed')).toMatchObject({ code: 1 });
  });
});

describe('redrive', () => {
  test('counts dead letters, and with --yes sends them back: each is replayed', async () => {
    const { contact, id } = failed[2] as (typeof failed)[number];
    const count = await locally('redrive', '--queue', 'operations', '--json');
    expect(JSON.parse(count.out).deadLetters.operations).toBeGreaterThan(0);
    const done = await locally('redrive', '--yes');
    expect(done.out).toMatch(/operations +\d+ sent back\nbatch-sync +0 sent back\ndeliveries +0 sent back\n/);
    const by = await eventually(async () => {
      const { replayedBy } = (await latchkey.record(SITE, contact, id)) ?? {};
      expect(replayedBy).toBeDefined();
      return String(replayedBy);
    });
    await latchkey.until(SITE, contact, by, 'applied');
    expect(await latchkey.messagesIn('operations/dead-letters')).toBe(0);
  });

  test('knows its queues', async () => {
    const { code, err } = await locally('redrive', '--queue', 'nothing');
    expect(code).toBe(1);
    expect(err).toContain('they are operations, batch-sync, deliveries, site-events');
  });
});
