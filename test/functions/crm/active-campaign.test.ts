import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { openClient } from './fixtures/client.ts';
import { asSeenIn, readsAll } from './fixtures/reads.ts';

let table: TestTable;
let crm: ActiveCampaignSimulator;
let client: Crm;
beforeAll(async () => {
  table = await startTestTable();
});
beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1_000 });
  client = await openClient(crm);
});
afterEach(() => crm.close());
afterAll(() => table.stop());

const asSeenInTheCrm = (id: string) => asSeenIn(crm, id);
const expectReadsAll = (ids: string[]) => readsAll(client, crm, ids);

test('one contact is read with its fields and tags in two requests', async () => {
  const [, id = ''] = crm.seedContacts(3);
  expect(await client.readContact(id)).toEqual(asSeenInTheCrm(id));
  expect(crm.requests.byRoute).toEqual({
    'GET /contacts/{id}': 1,
    'GET /contacts/{id}/contactTags': 1,
  });
});

test('a contact without fields, tags and names has empty ones', async () => {
  const { id } = crm.contacts.create({ email: 'bare@example.com' });
  const empty = { firstName: '', lastName: '', phone: '', fields: {}, tags: [] };
  expect(await client.readContact(id)).toEqual({ id, email: 'bare@example.com', ...empty });
  expect((await client.readContacts([id])).get(id)).toEqual(asSeenInTheCrm(id));
  expect(crm.requests.byRoute['GET /contacts']).toBe(1);
});

test('a contact that never was or that is deleted is undefined', async () => {
  const [id = ''] = crm.seedContacts(1);
  crm.contacts.remove(id);
  expect(await client.readContact('4711')).toBeUndefined();
  expect(await client.readContact(id)).toBeUndefined();
});

test.each(['..', '.', 'a:b', '1.5'])('the id "%s", which no contact can have, is undefined', async (id) => {
  crm.seedContacts(1);
  expect(await client.readContact(id)).toBeUndefined();
});

test.each([
  [1, 1],
  [100, 1],
  [101, 2],
  [250, 3],
])('%i contacts are read in %i requests', async (contacts, requests) => {
  expect(await expectReadsAll(crm.seedContacts(contacts))).toEqual({ 'GET /contacts': requests });
});

test('nobody to read costs nothing', async () => {
  expect(await expectReadsAll([])).toEqual({});
});

test('contacts that are missing or deleted are left out of many, and the others are read', async () => {
  const ids = crm.seedContacts(20);
  crm.contacts.remove('7');
  const contacts = await client.readContacts([...ids, '4711']);
  expect(contacts.size).toBe(19);
  expect(contacts.has('7')).toBe(false);
  expect(contacts.get('8')).toEqual(asSeenInTheCrm('8'));
});

test('fields are written in one request, and the other ones stay', async () => {
  const [id = ''] = crm.seedContacts(1);
  const before = crm.contacts.get(id)?.fields;
  await client.writeFields(id, { 7: 'secret & "quoted" ü', 3: '12' });
  expect(crm.contacts.get(id)?.fields).toEqual({ ...before, 7: 'secret & "quoted" ü', 3: '12' });
  expect(crm.requests.byRoute).toEqual({ 'PUT /contacts/{id}': 1 });
});

test('tags are added, and one that the contact has already is no error', async () => {
  const [id = ''] = crm.seedContacts(1);
  await client.addTags(id, ['9', '20']);
  await client.addTags(id, ['9']);
  const tags = crm.contacts.get(id)?.tags ?? [];
  expect(tags.filter((tag) => tag === 'Account ready')).toHaveLength(1);
  expect(tags).toContain('Cohort 2026');
});

test('an automation is started once, though the start is repeated after a crash', async () => {
  const [id = ''] = crm.seedContacts(1);
  const since = new Date().toISOString();
  await client.startAutomation(id, '31', since);
  await client.startAutomation(id, '31', since);
  expect(crm.contacts.get(id)?.automations).toEqual(['31']);
});

test('an automation that ran for an earlier webhook, or is another one, is started all the same', async () => {
  const [id = ''] = crm.seedContacts(1);
  await client.startAutomation(id, '31', new Date().toISOString());
  await client.startAutomation(id, '32', new Date().toISOString());
  await client.startAutomation(id, '31', new Date(Date.now() + 60_000).toISOString());
  expect(crm.contacts.get(id)?.automations).toEqual(['31', '32', '31']);
});

test('an automation whose start lost only its answer is not started again', async () => {
  const [id = ''] = crm.seedContacts(1);
  const since = new Date().toISOString();
  crm.faults.next({ does: 'reset', when: 'after', route: 'POST /contactAutomations' });
  await expect(client.startAutomation(id, '31', since)).rejects.toThrow('did not answer');
  await client.startAutomation(id, '31', since);
  expect(crm.contacts.get(id)?.automations).toEqual(['31']);
});
