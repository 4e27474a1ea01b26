import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, handClock } from './support.ts';

let crm: ActiveCampaignSimulator;
let clock: ReturnType<typeof handClock>;
let list: (query: string) => Promise<Awaited<ReturnType<ReturnType<typeof clientOf>>>['body']>;

beforeEach(async () => {
  clock = handClock();
  crm = await startActiveCampaign({ requestsPerSecond: 1000, now: clock.now });
  list = async (query) => (await clientOf(crm)('GET', `/contacts?${query}`)).body;
});
afterEach(() => crm.close());

const ids = (body: { contacts: { id: string }[] }): string[] => body.contacts.map((contact) => contact.id);

test('a list has 20 contacts unless told, 100 at most, newest first, and its total is a string', async () => {
  crm.seedContacts(130);
  const first = await list('');
  expect(ids(first)).toHaveLength(20);
  expect(ids(first)[0]).toBe('130');
  expect(first.meta.total).toBe('130');
  expect(ids(await list('limit=500'))).toHaveLength(100);
  expect(ids(await list('limit=100&offset=100'))).toHaveLength(30);
});

test('ids[] picks contacts; the page size still holds', async () => {
  crm.seedContacts(60);
  expect(ids(await list('ids[]=3&ids[]=7&ids[]=999&orders[id]=ASC'))).toEqual(['3', '7']);
  const forty = Array.from({ length: 40 }, (_, index) => `ids[]=${index + 1}`).join('&');
  expect(ids(await list(forty))).toHaveLength(20);
  expect(ids(await list(`${forty}&limit=100`))).toHaveLength(40);
});

test('orders[id]=ASC with id_greater pages through everything once', async () => {
  crm.seedContacts(25);
  const seen: string[] = [];
  for (;;) {
    const found = ids(await list(`orders[id]=ASC&limit=10&id_greater=${seen.at(-1) ?? 0}`));
    if (found.length === 0) break;
    seen.push(...found);
  }
  expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => String(index + 1)));
});

test('filters[updated_after] finds edits, tags and field values, by whole seconds', async () => {
  crm.seedContacts(5);
  clock.advance(10_000);
  const since = new Date(clock.now()).toISOString();
  clock.advance(500);
  crm.contacts.edit('1', { firstName: 'Same second' });
  clock.advance(500);
  crm.contacts.edit('2', { fields: { 3: '1' } });
  crm.contacts.addTag('4', 'Cohort 2026');
  const found = await list(`filters[updated_after]=${encodeURIComponent(since)}&orders[id]=ASC`);
  expect(ids(found)).toEqual(['2', '4']);
});

test('filters[updated_after] pages by orders[id]=ASC and id_greater, whatever order the changes had', async () => {
  crm.seedContacts(30);
  clock.advance(10_000);
  const since = encodeURIComponent(new Date(clock.now()).toISOString());
  clock.advance(1_000);
  const changed = ['29', '3', '17', '8', '22'];
  for (const id of changed) crm.contacts.addTag(id, 'Cohort 2026');
  const seen: string[] = [];
  for (;;) {
    const after = `filters[updated_after]=${since}&orders[id]=ASC&limit=2&id_greater=${seen.at(-1) ?? 0}`;
    const found = ids(await list(after));
    if (found.length === 0) break;
    seen.push(...found);
    crm.contacts.edit('3', { firstName: 'Again' }); // what changes meanwhile moves nothing
  }
  expect(seen).toEqual(['3', '8', '17', '22', '29']);
});

test('email finds one contact in any case; search, tagid and email_like find parts', async () => {
  crm.seedContacts(3);
  crm.contacts.create({ email: 'zoe@example.com', firstName: 'Zoë' });
  crm.contacts.addTag('4', '20');
  expect(ids(await list('email=ZOE@example.com'))).toEqual(['4']);
  expect(ids(await list('email=zoe@'))).toEqual([]);
  expect(ids(await list('email_like=zoe@'))).toEqual(['4']);
  expect(ids(await list('search=zo%C3%AB'))).toEqual(['4']);
  expect(ids(await list('tagid=20'))).toEqual(['4']);
});

test('include side-loads field values, contactTags and each tag once, with the ids at each contact', async () => {
  const first = crm.contacts.create({ email: 'a@example.com', fields: { 3: '10' } }).id;
  const second = crm.contacts.create({ email: 'b@example.com' }).id;
  crm.contacts.addTag(first, '20');
  crm.contacts.addTag(second, '20');

  const body = await list('ids[]=1&ids[]=2&limit=100&orders[id]=ASC&include=fieldValues,contactTags.tag');

  expect(body.contacts).toMatchObject([
    { id: '1', fieldValues: ['1'], contactTags: ['1'] },
    { id: '2', fieldValues: [], contactTags: ['2'] },
  ]);
  expect(body.fieldValues).toMatchObject([{ id: '1', contact: '1', field: '3', value: '10' }]);
  expect(body.contactTags).toMatchObject([
    { id: '1', contact: '1', tag: '20' },
    { id: '2', contact: '2', tag: '20' },
  ]);
  expect(body.tags).toMatchObject([{ id: '20', tag: 'Cohort 2026', tagType: 'contact' }]);
});

test('without include there are no side-loaded arrays', async () => {
  crm.seedContacts(1);
  const body = await list('');
  for (const name of ['fieldValues', 'contactTags', 'tags']) expect(body).not.toHaveProperty(name);
});
