import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, handClock, receiver } from './support.ts';

let crm: ActiveCampaignSimulator;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crm-simulator-'));
  crm = await startActiveCampaign({ requestsPerSecond: 1000, importDelayMs: 60_000 });
});
afterEach(async () => {
  await crm.close();
  await rm(folder, { recursive: true });
});

const people = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ email: `p${index}@example.com` }));

test('a bulk import is queued first and applied later, with tags by name', async () => {
  const call = clientOf(crm);
  crm.contacts.create({ email: 'old@example.com', firstName: 'Old' });
  const queued = await call('POST', '/import/bulk_import', {
    contacts: [
      {
        email: 'old@example.com',
        last_name: 'Hand',
        tags: ['Cohort 2026', 'Brand new'],
        fields: [{ id: 3, value: '50' }],
      },
      { email: 'new@example.com', first_name: 'New' },
      { email: 'bad@example.com', fields: [{ id: 99, value: 'x' }] },
    ],
  });
  expect(queued).toMatchObject({
    status: 200,
    body: { Success: 1, queued_contacts: 3, message: 'Contact import queued' },
  });
  const info = `/import/info?batchId=${queued.body.batchId}`;
  expect((await call('GET', info)).body).toEqual({ status: 'waiting', success: [], failure: [] });
  expect((await call('GET', '/import/bulk_import')).body.outstanding).toMatchObject([
    { batches: '1', contacts: '3' },
  ]);
  expect(crm.contacts.count).toBe(1);

  await crm.close(); // applies what waits
  expect(crm.contacts.get('1')).toMatchObject({
    firstName: 'Old',
    lastName: 'Hand',
    tags: ['Cohort 2026', 'Brand new'],
    fields: { 3: '50' },
  });
  expect(crm.contacts.count).toBe(2);
  crm = await startActiveCampaign();
});

test('an import ends as completed and names what it made and what failed', async () => {
  await crm.close();
  crm = await startActiveCampaign({ requestsPerSecond: 1000, importDelayMs: 0 });
  const call = clientOf(crm);
  const contacts = [...people(2), { email: 'bad@example.com', fields: [{ id: 99, value: 'x' }] }];
  const { batchId } = (await call('POST', '/import/bulk_import', { contacts })).body;
  let info = (await call('GET', `/import/info?batchId=${batchId}`)).body;
  while (info.status !== 'completed') info = (await call('GET', `/import/info?batchId=${batchId}`)).body;
  expect(info).toEqual({ status: 'completed', success: ['1', '2'], failure: ['bad@example.com'] });
});

test('an import is refused whole: over 250 contacts, or with one bad address', async () => {
  const call = clientOf(crm);
  expect((await call('POST', '/import/bulk_import', { contacts: people(250) })).status).toBe(200);
  expect((await call('POST', '/import/bulk_import', { contacts: people(251) })).status).toBe(400);
  const bad = await call('POST', '/import/bulk_import', { contacts: [...people(2), { email: 'nonsense' }] });
  expect(bad).toMatchObject({ status: 400, body: { success: 0, failureReasons: [{ contact: 2 }] } });
  expect(await call('GET', '/import/info')).toMatchObject({ status: 400, body: { success: 0 } });
});

test('the importer takes 100 batches a minute', async () => {
  const clock = handClock();
  await crm.close();
  crm = await startActiveCampaign({ requestsPerSecond: 1000, now: clock.now, importDelayMs: 60_000 });
  const queue = async () =>
    (await clientOf(crm)('POST', '/import/bulk_import', { contacts: people(1) })).status;
  for (let index = 0; index < 100; index += 1) expect(await queue()).toBe(200);
  expect(await queue()).toBe(400);
  clock.advance(60_000);
  expect(await queue()).toBe(200);
});

test('the control surface starts a run and tells how it ended, uncounted and unlimited', async () => {
  const site = await receiver((response) => response.end());
  crm.seedContacts(3);
  const post = (body: unknown) =>
    fetch(`${crm.url}/automation`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  expect((await post({ count: 3, tag: 'Cohort 2026', url: site.url })).status).toBe(202);
  const progress = async () =>
    (await fetch(`${crm.url}/automation`)).json() as Promise<{ latest: { running: boolean } }>;
  let state = await progress();
  while (state.latest.running) state = await progress();
  expect(state).toMatchObject({ webhooks: { posted: 3, failed: 0 }, latest: { result: { posted: 3 } } });
  expect(crm.requests.total).toBe(0);
  expect(await (await fetch(crm.url)).text()).toContain('simulated ActiveCampaign account');
  await site.close();
});

test('the control surface names what is wrong, and takes JSON only, so that no web page can drive it', async () => {
  const post = (body: string, type = 'application/json') =>
    fetch(`${crm.url}/automation`, { method: 'POST', headers: { 'content-type': type }, body });
  const problem = async (response: Promise<Response>) => {
    const answer = await response;
    return [answer.status, ((await answer.json()) as { message: string }).message];
  };
  const url = 'http://127.0.0.1:1/';
  expect(await problem(post('{}', 'text/plain'))).toEqual([415, 'Send content-type: application/json']);
  expect(await problem(post(JSON.stringify({ tag: 'a', url })))).toEqual([
    400,
    'give either contactIds or count',
  ]);
  expect((await problem(post(JSON.stringify({ count: 1, tag: 'a', url: 'nonsense' }))))[0]).toBe(400);
  await post(JSON.stringify({ count: 1, tag: 'a', url }));
  const { latest } = (await (await fetch(`${crm.url}/automation`)).json()) as { latest: { error: string } };
  expect(latest.error).toContain('has 0 contacts, not 1');
});

test('the account survives a restart on its file, ids and all', async () => {
  const file = join(folder, 'deep', 'account.json');
  const first = await startActiveCampaign({ file });
  first.seedContacts(3);
  first.contacts.addTag('2', 'Made by hand');
  first.contacts.remove('3');
  const before = [first.contacts.get('2'), first.contacts.get('3')];
  await first.close();

  const second = await startActiveCampaign({ file, token: 'a-token' });
  second.faults.staleMs = 60_000;
  expect((await clientOf(second)('GET', '/contacts/2')).status).toBe(200);
  expect([second.contacts.get('2'), second.contacts.get('3')]).toEqual(before);
  expect(second.contacts.create({ email: 'next@example.com' }).id).toBe('4');
  await second.close();
  expect(await readdir(join(folder, 'deep'))).toEqual(['account.json']);
  expect(await readFile(file, 'utf8')).not.toContain('a-token');
});

test('a file that was broken is an error and not a fresh start', async () => {
  const file = join(folder, 'account.json');
  await writeFile(file, '{"contacts":');
  await expect(startActiveCampaign({ file })).rejects.toThrow('does not hold JSON');
});

test('a port in use rejects', async () => {
  await expect(startActiveCampaign({ port: Number(new URL(crm.url).port) })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  });
});
