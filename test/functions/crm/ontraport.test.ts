import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import { type OntraportSimulator, startOntraport } from '../../../local/crm-simulators/ontraport.ts';
import { eventually } from '../../support/latchkey.ts';
import { describeContract } from './contract.ts';
import { accountOf, errorOf, openClient } from './fixtures/client.ts';

describeContract('ontraport', {
  start: startOntraport,
  fields: { points: 'f1555', plan: 'f1556', password: 'f1557', unknown: 'f9999' },
  lacks: [],
  bulkSize: 50,
  requests: {
    readContact: 1,
    readContacts: (count) => Math.ceil(count / 50),
    writeFields: 1,
  },
  hideFromLists: (crm, ids) => {
    crm.faults.omitFromLists = new Set(ids);
  },
  listFaults: {
    'ignores `ids`': ({ faults }) => {
      faults.ignoreIds = true;
    },
    'is cut shorter than it should be': ({ faults }) => {
      faults.cutListsAt = 3;
    },
    'does not say which tags they have': ({ faults }) => {
      faults.omitTags = new Set(['2', '3', '5']);
    },
  },
  changes: { pageSize: 50, lagMs: 0, includeTags: true },
  tagsOfMany: { requests: { first: 10, repeated: 10 }, tellsMissing: false },
  routes: {
    readContact: 'GET /object',
    writeFields: 'PUT /Contacts',
    addTags: 'PUT /objects/tag',
    removeTags: 'DELETE /objects/tag',
    addTagsToMany: 'PUT /objects/tag',
    removeTagsFromMany: 'DELETE /objects/tag',
    upsertContact: 'POST /Contacts/saveorupdate',
    startAutomation: 'PUT /objects/subscribe',
  },
  automations: { ids: ['31', '32'], runsOfRepeat: 2, runsOfLater: 2 },
  waitHeaders: (seconds) => ({ 'X-Rate-Limit-Reset': String(seconds) }),
});

let crm: OntraportSimulator;
let client: Crm;
beforeEach(async () => {
  crm = await startOntraport({ requestsPerSecond: 1_000 });
  client = await openClient('ontraport', crm.credentials);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

test('only those contacts are read singly whose tags a list does not tell', async () => {
  const ids = crm.seedContacts(30);
  crm.faults.omitTags = new Set(ids.slice(0, 4));
  await client.readContacts(ids);
  expect(crm.requests.byRoute).toEqual({ 'GET /Contacts': 1, 'GET /object': 4 });
});

const NO_IDS = ['', '0', '1,2', '1abc', '-1', 'all'];

test.each(NO_IDS)('"%s", which is no id, is never sent: it could mean everybody', async (id) => {
  const since = new Date().toISOString();
  for (const write of [
    client.writeFields(id, { f1557: 'x' }),
    client.addTags(id, ['9']),
    client.removeTags(id, ['9']),
    client.startAutomation(id, '31', since),
    client.addTags('1', ['20', id]),
    client.removeTags('1', ['20', id]),
    client.startAutomation('1', id, since),
  ]) {
    expect(await errorOf(write)).toMatchObject({
      name: 'Rejected',
      message: `"${id}" is no id of Ontraport's: those are numbers`,
    });
  }
  expect(await client.readContact(id)).toBeUndefined();
  expect(crm.requests.total).toBe(0);
});

test('ids that are none are left out of a bulk read, and where no others are left nothing is asked', async () => {
  expect([...(await client.readContacts([...NO_IDS, '2'])).keys()]).toEqual(['2']);
  expect(crm.requests.byRoute).toEqual({ 'GET /Contacts': 1 });
  expect((await client.readContacts(NO_IDS)).size).toBe(0);
  expect(crm.requests.total).toBe(1);
});

test('all tags of a change are one request, and none are none', async () => {
  await client.addTags('1', ['9', '12', '20']);
  await client.addTags('1', []);
  await client.removeTags('1', ['9', '20']);
  await client.removeTags('1', []);
  expect(crm.requests.byRoute).toEqual({ 'PUT /objects/tag': 1, 'DELETE /objects/tag': 1 });
});

test('ids that are none are refused among many, and where no others are left nothing is ordered', async () => {
  const change = { add: ['9'], remove: ['1'] };
  const refused = await client.changeTagsOfMany([...NO_IDS, '2'], change);
  expect([...refused.keys()]).toEqual(NO_IDS);
  for (const [id, { name, message }] of refused)
    expect([name, message]).toEqual(['Rejected', `"${id}" is no id of Ontraport's: those are numbers`]);
  expect(crm.requests.byRoute).toEqual({ 'PUT /objects/tag': 1, 'DELETE /objects/tag': 1 });
  expect((await client.changeTagsOfMany(NO_IDS, change)).size).toBe(NO_IDS.length);
  expect(crm.requests.total).toBe(2);
  await eventually(async () => expect(crm.contacts.get('2')?.tagIds).toContain('9'));
  expect(crm.contacts.get('1')?.tagIds).not.toContain('9');
});

test('an order for many contacts names all tags at once', async () => {
  await client.changeTagsOfMany(['1', '2', '3'], { add: ['9', '20'], remove: ['1', '2'] });
  expect(crm.requests.byRoute).toEqual({ 'PUT /objects/tag': 1, 'DELETE /objects/tag': 1 });
});

test('a read right after a change of tags may not show it yet', async () => {
  await crm.close();
  crm = await startOntraport({ requestsPerSecond: 1_000, tagDelayMs: 500 });
  client = await openClient('ontraport', crm.credentials);
  crm.seedContacts(1);
  await client.addTags('1', ['20']);
  expect((await client.readContact('1'))?.tags).not.toContain('20');
  await eventually(async () => expect((await client.readContact('1'))?.tags).toContain('20'));
});

test('a write that changes nothing is confirmed by a read, and is no error', async () => {
  await client.writeFields('1', { f1556: 'gold' });
  crm.requests.reset();
  await client.writeFields('1', { f1556: 'gold' });
  expect(crm.requests.byRoute).toEqual({ 'PUT /Contacts': 1, 'GET /object': 1 });
});

test('a field that Ontraport ignores is a rejection that names it, and the others are written', async () => {
  expect(await errorOf(client.writeFields('1', { f1556: 'gold', f9998: 'x', f9999: 'y' }))).toMatchObject({
    name: 'Rejected',
    message: 'Ontraport has no field f9998, f9999',
  });
  expect(crm.contacts.get('1')?.fields.f1556).toBe('gold');
});

test('a wait is no longer than the window of the limit, whatever the header says', async () => {
  const headers = { 'X-Rate-Limit-Reset': String(Date.now() / 1000 + 30) }; // a time of day instead of seconds
  crm.faults.next({ does: 'answer', status: 429, headers });
  const impatient = await openClient('ontraport', crm.credentials, { patience: { first: 10, later: 10 } });
  const { name, retryAfterMs } = await errorOf(impatient.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThan(70_000);
});

test.each(['soon', '-5', ''])('a wait of "%s" is some seconds', async (seconds) => {
  crm.faults.next({ does: 'answer', status: 429, headers: { 'X-Rate-Limit-Reset': seconds } });
  const impatient = await openClient('ontraport', crm.credentials, { patience: { first: 10, later: 10 } });
  const { name, retryAfterMs } = await errorOf(impatient.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(3_000);
  expect(retryAfterMs).toBeLessThan(10_000);
});

test('the account is named by its app id, which nobody can read from it, and needs both secrets', async () => {
  const { url = '', token = '', appId = '' } = crm.credentials;
  const account = await accountOf('ontraport', { token, appId });
  expect(account).toMatch(/^ontraport#[0-9a-f]{16}$/);
  expect(await accountOf('ontraport', { url, token: 'another', appId })).toBe(account);
  expect(await accountOf('ontraport', { token, appId: `${appId}0` })).not.toBe(account);
  await expect(accountOf('ontraport', { token })).rejects.toThrow();
});
