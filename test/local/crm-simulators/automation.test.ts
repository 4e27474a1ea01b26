import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, receiver } from './support.ts';

let crm: ActiveCampaignSimulator;
let site: Awaited<ReturnType<typeof receiver>> | undefined;

beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1000, importDelayMs: 0 });
});
afterEach(async () => {
  await crm.close();
  await site?.close();
  site = undefined;
});

const payload = (name: string): URLSearchParams =>
  new URLSearchParams(readFileSync(new URL(`../../payloads/${name}`, import.meta.url), 'utf8'));

test('the automation’s body has the members of the captured one, and tags joined by comma and blank', async () => {
  site = await receiver((response) => response.end());
  const { id } = crm.contacts.create({
    email: 'ivan@example.com',
    firstName: 'Ivan',
    lastName: 'Grozny',
    fields: { 5: '||a||b||' },
  });
  crm.contacts.addTag(id, 'Customer');

  await crm.automation.tagAndPost({ contactIds: [id], tag: '20', url: site.url, seriesId: '31' });

  const [form] = site.forms;
  const withoutFields = (body: URLSearchParams | undefined) =>
    [...(body?.keys() ?? [])].filter((key) => !key.startsWith('contact[fields]') && key !== 'contact[tags]');
  expect(withoutFields(form)).toEqual(withoutFields(payload('activecampaign-automation.form')));
  expect(Object.fromEntries(form ?? [])).toMatchObject({
    'contact[id]': id,
    'contact[email]': 'ivan@example.com',
    'contact[first_name]': 'Ivan',
    'contact[tags]': 'Customer, Cohort 2026',
    'contact[fields][plan]': '||a||b||',
    seriesid: '31',
  });
  expect(site.contentTypes).toEqual(['application/x-www-form-urlencoded']);
});

test('an event’s body has the members of the captured one', async () => {
  site = await receiver((response) => response.end());
  const { id } = crm.contacts.create({ email: 'r@example.com', fields: { 3: '1111' } });
  crm.contacts.addTag(id, 'Cohort 2026');

  await crm.automation.postEvent({
    type: 'contact_tag_added',
    contactIds: [id],
    tag: 'Cohort 2026',
    url: site.url,
  });

  const [form] = site.forms;
  const keys = (body: URLSearchParams | undefined) =>
    [...(body?.keys() ?? [])].map((key) => key.replace(/^(contact\[fields\]).*/, '$1'));
  expect(keys(form)).toEqual(keys(payload('activecampaign-contact-tag-added.form')));
  expect(form?.get('tag')).toBe('Cohort 2026');
  expect(form?.get('contact[fields][3]')).toBe('1111');
  expect(form?.get('date_time')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-05:00$/);
});

test('a contact without tags sends no contact[tags] at all', async () => {
  site = await receiver((response) => response.end());
  const { id } = crm.contacts.create({ email: 'none@example.com' });
  await crm.automation.postEvent({ type: 'update', contactIds: [id], url: site.url });
  expect(site.forms[0]?.has('contact[tags]')).toBe(false);
});

test('tags and posts each of N contacts, at once, and counts the answers', async () => {
  site = await receiver((response) => response.end());
  crm.seedContacts(60);
  const progress: number[] = [];
  const result = await crm.automation.tagAndPost({
    ...{ count: 50, tag: 'Timed release', url: site.url },
    onProgress: ({ posted }) => progress.push(posted),
  });
  expect(result).toMatchObject({
    posted: 50,
    answered: 50,
    failed: 0,
    skipped: 0,
    byStatus: { 200: 50 },
    failures: {},
  });
  expect(result.slowestMs).toBeGreaterThanOrEqual(result.p99Ms);
  expect(result.p99Ms).toBeGreaterThanOrEqual(result.p50Ms);
  expect(progress.at(-1)).toBe(50);
  expect(new Set(site.forms.map((form) => form.get('contact[id]'))).size).toBe(50);
  expect(crm.contacts.all().filter((contact) => contact.tags.includes('Timed release'))).toHaveLength(50);
  expect(crm.requests.total).toBe(0);
});

test('concurrency bounds the webhooks under way', async () => {
  let underWay = 0;
  let most = 0;
  site = await receiver((response) => {
    underWay += 1;
    most = Math.max(most, underWay);
    setImmediate(() => {
      underWay -= 1;
      response.end();
    });
  });
  crm.seedContacts(20);
  await crm.automation.tagAndPost({ count: 20, tag: '20', url: site.url, concurrency: 3 });
  expect(most).toBeLessThanOrEqual(3);
});

test('late, reset and failing answers are counted with their reason, and nothing is sent twice', async () => {
  await crm.close();
  crm = await startActiveCampaign({ webhookTimeoutMs: 1_000 });
  site = await receiver((response, form) => {
    const id = form.get('contact[id]');
    if (id === '1') return; // never answers
    if (id === '2') response.socket?.resetAndDestroy();
    else response.writeHead(id === '3' ? 500 : id === '4' ? 302 : 200).end();
  });
  crm.seedContacts(5);
  const result = await crm.automation.tagAndPost({ count: 5, tag: '20', url: site.url });
  expect(result).toMatchObject({
    ...{ posted: 5, answered: 3, failed: 4, byStatus: { 200: 1, 302: 1, 500: 1 } },
    failures: { 'time-out': 1, ECONNRESET: 1, 'status 500': 1, 'status 302': 1 },
  });
  expect(site.forms).toHaveLength(5);
  expect(crm.automation.counts.posted).toBe(5);
});

test('an unreachable or unusable address is a failure, not an error', async () => {
  site = await receiver((response) => response.end());
  const { url } = site;
  await site.close();
  crm.seedContacts(1);
  expect((await crm.automation.tagAndPost({ count: 1, tag: '20', url })).failures).toEqual({
    ECONNREFUSED: 1,
  });
  expect((await crm.automation.tagAndPost({ count: 1, tag: '20', url: 'nonsense' })).failures).toEqual({
    ERR_INVALID_URL: 1,
  });
});

test('a 410 switches the webhook off for good', async () => {
  let answer = 410;
  site = await receiver((response) => response.writeHead(answer).end());
  crm.seedContacts(4);
  const run = { count: 4, tag: '20', url: site.url, concurrency: 1 };
  expect(await crm.automation.tagAndPost(run)).toMatchObject({
    posted: 1,
    skipped: 3,
    failures: { 'status 410': 1 },
  });
  answer = 200;
  expect(await crm.automation.tagAndPost(run)).toMatchObject({ posted: 0, skipped: 4 });
  expect(crm.automation.isSwitchedOff(site.url)).toBe(true);
  crm.automation.switchOn(site.url);
  expect(await crm.automation.tagAndPost(run)).toMatchObject({ posted: 4, failed: 0 });
});

test('a subscription tells of changes of its events and sources, whoever else makes changes', async () => {
  site = await receiver((response) => response.end());
  crm.seedContacts(1);
  crm.automation.subscribe({ url: site.url, events: ['contact_tag_added'], sources: ['api'] });
  const call = clientOf(crm);
  await call('POST', '/contactTags', { contactTag: { contact: '1', tag: '9' } });
  await call('POST', '/contactTags', { contactTag: { contact: '1', tag: '9' } });
  await call('PUT', '/contacts/1', { contact: { firstName: 'New' } });
  crm.contacts.addTag('1', '20');
  await crm.automation.idle();
  expect(site.forms.map((form) => [form.get('type'), form.get('tag'), form.get('initiated_from')])).toEqual([
    ['contact_tag_added', 'Account ready', 'api'],
  ]);
});

test('a bulk import fires no event webhook', async () => {
  site = await receiver((response) => response.end());
  crm.automation.subscribe({ url: site.url, events: ['subscribe', 'update', 'contact_tag_added'] });
  const call = clientOf(crm);
  const contacts = [{ email: 'new@example.com', tags: ['Account ready'] }];
  const { batchId } = (await call('POST', '/import/bulk_import', { contacts })).body;
  while ((await call('GET', `/import/info?batchId=${batchId}`)).body.status !== 'completed');
  crm.contacts.addTag('1', '20'); // the one change that is told
  await crm.automation.idle();
  expect(site.forms.map((form) => form.get('tag'))).toEqual(['Cohort 2026']);
});

test('a run for contacts that do not exist is refused before anything is sent', async () => {
  crm.seedContacts(1);
  await expect(
    crm.automation.tagAndPost({ contactIds: ['1', '9'], tag: '20', url: 'http://x' }),
  ).rejects.toThrow('no contact 9');
  await expect(crm.automation.tagAndPost({ count: 2, tag: '20', url: 'http://x' })).rejects.toThrow(
    '1 contacts, not 2',
  );
  expect(crm.automation.counts.posted).toBe(0);
});

test('closing ends the webhooks that are under way', async () => {
  let arrived = (): void => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  site = await receiver(() => arrived());
  crm.seedContacts(1);
  const run = crm.automation.tagAndPost({ count: 1, tag: '20', url: site.url });
  await arrival;
  await crm.close();
  expect((await run).failures).toEqual({ stopped: 1 });
  crm = await startActiveCampaign();
});
