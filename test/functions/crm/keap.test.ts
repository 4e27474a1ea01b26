import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { describeContract } from './contract.ts';
import { accountOf, errorOf, openClient } from './fixtures/client.ts';

describeContract('keap', {
  start: startKeap,
  fields: { points: '13', plan: '15', password: '17', unknown: '99' },
  lacks: [],
  bulkSize: 1000,
  requests: {
    readContact: 1,
    readContacts: (count) => Math.ceil(count / 1000),
    writeFields: 1,
  },
  hideFromLists: (crm, ids) => {
    crm.faults.omitFromLists = new Set(ids);
  },
  listFaults: {
    'ignores `ids`': ({ faults }) => {
      faults.ignoreIds = true;
    },
    'does not say which tags they have': ({ faults }) => {
      faults.omitTagIds = new Set(['2', '3', '5']);
    },
    'names the fields that hold nothing': ({ faults }) => {
      faults.listEmptyFields = true;
    },
  },
  changes: { pageSize: 1000, lagMs: 0, includeTags: true },
  tagsOfMany: { requests: { first: 2, repeated: 3 }, tellsMissing: true },
  routes: {
    readContact: 'GET /v2/contacts/{contact_id}',
    writeFields: 'PATCH /v1/contacts/{contactId}',
    addTags: 'POST /v1/contacts/{contactId}/tags',
    removeTags: 'DELETE /v1/contacts/{contactId}/tags',
    addTagsToMany: 'POST /v1/tags/{tagId}/contacts',
    removeTagsFromMany: 'DELETE /v1/tags/{tagId}/contacts',
    upsertContact: 'PUT /v1/contacts',
    startAutomation: 'POST /v2/campaigns/{id}/sequences/{sequence_id}:addContacts',
  },
  automations: { ids: ['31:1', '31:2'], runsOfRepeat: 1, runsOfLater: 1 },
  waitHeaders: (seconds) => ({ 'Retry-After': String(seconds) }), // not documented, but would be obeyed
});

let crm: KeapSimulator;
let client: Crm;
beforeEach(async () => {
  crm = await startKeap({ requestsPerSecond: 1_000 });
  client = await openClient('keap', crm.credentials);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

const NO_IDS = ['', '0', '1,2', '1abc', '-1', '1;email==x'];

test.each(NO_IDS)('"%s", which is no id, is never sent', async (id) => {
  const since = new Date().toISOString();
  for (const write of [
    client.writeFields(id, { 17: 'x' }),
    client.addTags(id, ['9']),
    client.removeTags(id, ['9']),
    client.startAutomation(id, '31:1', since),
    client.addTags('1', ['20', id]),
    client.removeTags('1', ['20', id]),
  ]) {
    expect(await errorOf(write)).toMatchObject({
      name: 'Rejected',
      message: `"${id}" is no id of Keap's: those are numbers`,
    });
  }
  expect(await client.readContact(id)).toBeUndefined();
  expect([...(await client.readContacts([id])).keys()]).toEqual([]);
  expect(crm.requests.total).toBe(0);
});

test('only those contacts are read singly whose tags a list does not tell', async () => {
  const ids = crm.seedContacts(30);
  crm.faults.omitTagIds = new Set(ids.slice(0, 4));
  await client.readContacts(ids);
  expect(crm.requests.byRoute).toEqual({ 'GET /v2/contacts': 1, 'GET /v2/contacts/{contact_id}': 4 });
});

test('all tags of a change are one request, and none are none', async () => {
  await client.addTags('1', ['9', '12', '20']);
  await client.addTags('1', []);
  await client.removeTags('1', ['9', '20']);
  await client.removeTags('1', []);
  expect(crm.requests.byRoute).toEqual({
    'POST /v1/contacts/{contactId}/tags': 1,
    'DELETE /v1/contacts/{contactId}/tags': 1,
  });
});

test('a tag that Keap does not call a success is looked for at the contact', async () => {
  await client.addTags('1', ['9']);
  crm.requests.reset();
  await client.addTags('1', ['9', '20']);
  expect(crm.requests.byRoute).toEqual({
    'POST /v1/contacts/{contactId}/tags': 1,
    'GET /v2/contacts/{contact_id}': 1,
  });
});

test('a tag that does not exist is told, and the job can be repeated when it does', async () => {
  const { name, message } = await errorOf(client.addTags('1', ['9', '999']));
  expect(name).toBe('Unavailable');
  expect(message).toBe('Keap did not give contact 1 the tag 999: does it exist?');
  expect(crm.contacts.get('1')?.tagIds).toContain('9');
});

const CHANGE = { add: ['9'], remove: ['1'] };
const MANY = ['1', '2', '3'];

function expectChanged(ids: readonly string[]): void {
  for (const id of ids) {
    expect(crm.contacts.get(id)?.tagIds).toContain('9');
    expect(crm.contacts.get(id)?.tagIds).not.toContain('1');
  }
}

test('ids that are none are refused among many, and the others alone are sent', async () => {
  const refused = await client.changeTagsOfMany([...NO_IDS, '2'], CHANGE);
  expect([...refused.keys()]).toEqual(NO_IDS);
  for (const [id, { name, message }] of refused)
    expect([name, message]).toEqual(['Rejected', `"${id}" is no id of Keap's: those are numbers`]);
  expectChanged(['2']);
  expect((await client.changeTagsOfMany(NO_IDS, CHANGE)).size).toBe(NO_IDS.length);
  expect(crm.requests.total).toBe(2);
});

test('of many contacts, those without a plain success are read in bulk, and those that have the tag are done', async () => {
  crm.faults.wordOfSuccess = 'APPLIED';
  expect(await client.changeTagsOfMany(MANY, CHANGE)).toEqual(new Map());
  expectChanged(MANY);
  expect(crm.requests.byRoute).toEqual({
    'POST /v1/tags/{tagId}/contacts': 1,
    'DELETE /v1/tags/{tagId}/contacts': 1,
    'GET /v2/contacts': 1,
  });
});

test('where one who is not there spoils the list, the others are changed singly', async () => {
  crm.faults.missingSpoilLists = true;
  const refused = await client.changeTagsOfMany([...MANY, '4711'], CHANGE);
  expect([...refused].map(([id, { message }]) => [id, message])).toEqual([
    ['4711', 'Keap has no contact 4711'],
  ]);
  expectChanged(MANY);
});

test('tags are taken from the others though one who is not there spoils the list', async () => {
  crm.faults.missingSpoilLists = true;
  await client.changeTagsOfMany([...MANY, '4711'], { add: [], remove: ['1'] });
  for (const id of MANY) expect(crm.contacts.get(id)?.tagIds).not.toContain('1');
});

test('a list that Keap refuses with a 400 is no reason to refuse everybody', async () => {
  for (const route of ['POST /v1/tags/{tagId}/contacts', 'DELETE /v1/tags/{tagId}/contacts'])
    crm.faults.next({ does: 'answer', status: 400, route });
  expect(await client.changeTagsOfMany(MANY, CHANGE)).toEqual(new Map());
  expectChanged(MANY);
});

test('of many contacts too, a tag that does not exist is told, and one that nobody can have is taken from nobody', async () => {
  const { name, message } = await errorOf(client.changeTagsOfMany(MANY, { add: ['999'], remove: [] }));
  expect(name).toBe('Unavailable');
  expect(message).toBe('Keap did not give contact 1 the tag 999: does it exist?');
  expect(await client.changeTagsOfMany(MANY, { add: [], remove: ['999'] })).toEqual(new Map());
});

test('tags of a contact that is not there are rejected where they are added, and gone where they are taken', async () => {
  expect(await errorOf(client.addTags('4711', ['9']))).toMatchObject({ name: 'Rejected' });
  await client.removeTags('4711', ['9']);
});

test.each(['31', '31:', ':1', '31:1:1', '31/1', 'a:b', '0:1'])(
  '"%s" names no campaign with its sequence and is never sent',
  async (automation) => {
    expect(await errorOf(client.startAutomation('1', automation, new Date().toISOString()))).toMatchObject({
      name: 'Rejected',
      message: `"${automation}" is no automation of Keap's: those are written campaign:sequence`,
    });
    expect(crm.requests.total).toBe(0);
  },
);

test('a contact that is not there cannot be put into a sequence', async () => {
  expect(await errorOf(client.startAutomation('4711', '31:1', new Date().toISOString()))).toMatchObject({
    name: 'Rejected',
    message: 'Keap has no contact 4711',
  });
});

test('who is there already keeps its addresses: an upsert writes names alone, and none where there are none', async () => {
  const email = crm.contacts.get('2')?.email.toUpperCase() ?? '';
  expect(await client.upsertContact({ email, firstName: '', lastName: '' })).toBe('2');
  expect(crm.requests.byRoute).toEqual({ 'GET /v2/contacts': 1 });
  expect(await client.upsertContact({ email, firstName: 'New', lastName: '' })).toBe('2');
  expect(crm.requests.byRoute).toEqual({ 'GET /v2/contacts': 2, 'PATCH /v1/contacts/{contactId}': 1 });
});

test('of several contacts with one address the oldest is taken', async () => {
  const email = 'twice@example.com';
  const { id } = crm.contacts.create({ email });
  crm.contacts.create({ email });
  expect(await client.upsertContact({ email, firstName: '', lastName: '' })).toBe(id);
});

const MINUTE_IS_UP = { 'x-keap-product-throttle-available': '0' };
const dayIsUp = (expires: string) => ({
  ...MINUTE_IS_UP,
  'x-keap-product-quota-available': '0',
  'x-keap-product-quota-expiry-time': expires,
});
const inSeconds = (seconds: number): string => String(Date.now() + seconds * 1000);

test.each([
  ['names no window counts as one of the second', () => ({}), 5],
  ['says that the minute is used up takes a third of it', () => MINUTE_IS_UP, 20],
  ['says that the day is used up takes until the next one begins', () => dayIsUp(inSeconds(600)), 600],
  ['does not say when the next day begins takes an hour', () => dayIsUp(''), 3600],
  ['names a day that lies behind takes an hour', () => dayIsUp(inSeconds(-5)), 3600],
  ['names a day that is far takes an hour, since it may be wrong', () => dayIsUp(inSeconds(80_000)), 3600],
])('a 429 that %s', async (_, headers, seconds) => {
  const impatient = await openClient('keap', crm.credentials, { patience: { first: 10, later: 10 } });
  crm.faults.next({ does: 'answer', status: 429, headers: headers() });
  const { name, retryAfterMs = 0 } = await errorOf(impatient.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs / 1000).toBeGreaterThan(seconds - 3);
  expect(retryAfterMs / 1000).toBeLessThan(seconds + 3);
});

test('the account is named by its key, which cannot be read from the name, since each key has a limit', async () => {
  const name = await accountOf('keap', { token: 'KeapAK-1' });
  expect(name).toMatch(/^keap#[0-9a-f]{16}$/);
  expect(await accountOf('keap', { url: 'https://api.infusionsoft.com/', token: 'KeapAK-1' })).toBe(name);
  expect(await accountOf('keap', { token: 'KeapAK-2' })).not.toBe(name);
});

test('a site names fields and tags by their numbers', async () => {
  const { crmSchema } = await import('../../../functions/crm/crms.ts');
  const settings = { kind: 'keap', passwordField: '17', completionTag: '9' };
  expect(crmSchema.parse(settings)).toEqual({ ...settings, requestsPerSecond: 4 });
  for (const wrong of [{ passwordField: '_Password' }, { completionTag: 'Account ready' }])
    expect(crmSchema.safeParse({ ...settings, ...wrong }).success).toBe(false);
});
