import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, receiver } from './support.ts';

let crm: ActiveCampaignSimulator;
let call: ReturnType<typeof clientOf>;
let answer: number;
let site: Awaited<ReturnType<typeof receiver>>;

beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1000 });
  call = clientOf(crm);
  answer = 200;
  site = await receiver((response) => response.writeHead(answer).end());
  crm.seedContacts(1);
});
afterEach(async () => {
  await crm.close();
  await site.close();
});

const hook = (changes = {}) => ({
  webhook: { name: 'Latchkey', url: site.url, events: ['contact_tag_added'], sources: ['admin'], ...changes },
});
const told = async (): Promise<(string | null)[]> => {
  await crm.automation.idle();
  return site.forms.map((form) => form.get('type'));
};

test('a webhook is made, read, found by name and address, and posts the changes it is for', async () => {
  const made = await call('POST', '/webhooks', hook());
  expect(made).toMatchObject({ status: 201, body: { webhook: { id: '1', listid: '0', ...hook().webhook } } });
  expect((await call('GET', '/webhooks/1')).body).toEqual(made.body);
  await call('POST', '/webhooks', hook({ name: 'Other' }));
  const found = await call(
    'GET',
    `/webhooks?filters[name]=Latchkey&filters[url]=${encodeURIComponent(site.url)}`,
  );
  expect(found.body).toEqual({ webhooks: [made.body.webhook], meta: { total: '1' } });
  await call('DELETE', '/webhooks/2');

  crm.contacts.addTag('1', 'Cohort 2026');
  crm.contacts.edit('1', { firstName: 'New' });
  expect(await told()).toEqual(['contact_tag_added']);
});

test('a changed webhook posts other events, a deleted one none', async () => {
  await call('POST', '/webhooks', hook());
  const changed = await call('PUT', '/webhooks/1', { webhook: { events: ['update'] } });
  expect(changed).toMatchObject({ status: 200, body: hook({ events: ['update'] }) });
  crm.contacts.addTag('1', 'Cohort 2026');
  crm.contacts.edit('1', { firstName: 'New' });
  expect(await told()).toEqual(['update']);
  expect(await call('DELETE', '/webhooks/1')).toMatchObject({ status: 200, body: {} });
  crm.contacts.edit('1', { firstName: 'Newer' });
  expect(await told()).toEqual(['update']);
});

test('what is incomplete is refused, what does not exist is 404', async () => {
  expect(await call('POST', '/webhooks', { webhook: { url: site.url } })).toMatchObject({ status: 400 });
  expect(await call('POST', '/webhooks', hook({ events: [] }))).toMatchObject({ status: 400 });
  expect(await call('POST', '/webhooks', hook({ sources: ['nobody'] }))).toMatchObject({ status: 400 });
  for (const method of ['GET', 'PUT', 'DELETE']) {
    expect(await call(method, '/webhooks/7', method === 'PUT' ? {} : undefined)).toMatchObject({
      status: 404,
    });
  }
});

test('a 410 makes a webhook inactive: it stays in the list, posts no more, and a new one takes its place', async () => {
  await call('POST', '/webhooks', hook());
  answer = 410;
  crm.contacts.addTag('1', 'Cohort 2026');
  expect(await told()).toHaveLength(1);
  expect(crm.automation.subscriptions).toMatchObject([{ url: site.url, status: 'inactive' }]);
  expect(crm.automation.isSwitchedOff(site.url)).toBe(true);
  expect((await call('GET', '/webhooks')).body.meta.total).toBe('1');

  answer = 200;
  await call('PUT', '/webhooks/1', hook());
  crm.contacts.addTag('1', 'Newsletter');
  expect(await told()).toHaveLength(1);
  expect(crm.automation.counts.skipped).toBe(1);

  await call('DELETE', '/webhooks/1');
  await call('POST', '/webhooks', hook());
  crm.contacts.addTag('1', 'Account ready');
  expect(await told()).toHaveLength(2);
});

test('webhooks survive a restart, and their ids are not given again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-simulator-'));
  const file = join(folder, 'account.json');
  const first = await startActiveCampaign({ file });
  await clientOf(first)('POST', '/webhooks', hook());
  await clientOf(first)('POST', '/webhooks', hook({ name: 'Second' }));
  await clientOf(first)('DELETE', '/webhooks/2');
  const before = first.automation.subscriptions;
  await first.close();
  const second = await startActiveCampaign({ file });
  expect(second.automation.subscriptions).toEqual(before);
  expect((await clientOf(second)('POST', '/webhooks', hook())).body.webhook.id).toBe('3');
  await second.close();
  await rm(folder, { recursive: true });
});
