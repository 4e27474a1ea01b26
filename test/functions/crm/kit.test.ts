import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startKit } from '../../../local/crm-simulators/kit.ts';
import { handClock, kitClientOf } from '../../local/crm-simulators/support.ts';
import { describeContract } from './contract.ts';
import { startAnsweringCrm } from './fixtures/answering-crm.ts';
import { accountOf, errorOf, openClient } from './fixtures/client.ts';

const LIST_LAG_MS = 30_000;

describeContract('kit', {
  start: startKit,
  fields: { points: 'points', plan: 'plan', password: 'password', unknown: 'nickname' },
  lacks: ['lastName', 'phone'],
  bulkSize: 1,
  requests: { readContact: 2, readContacts: (count) => 2 * count, writeFields: 1 },
  hideFromLists: () => {}, // nothing is read from lists but ids
  listFaults: {},
  changes: { pageSize: 1000, lagMs: LIST_LAG_MS, includeTags: false, withoutTimes: true },
  tagsOfMany: { requests: { first: 500, repeated: 500 }, tellsMissing: true },
  routes: {
    readContact: 'GET /subscribers/{id}',
    writeFields: 'PUT /subscribers/{id}',
    addTags: 'POST /tags/{tag}/subscribers/{id}',
    removeTags: 'DELETE /tags/{tag}/subscribers/{id}',
    addTagsToMany: 'POST /tags/{tag}/subscribers/{id}',
    removeTagsFromMany: 'DELETE /tags/{tag}/subscribers/{id}',
    upsertContact: 'POST /subscribers',
    startAutomation: 'POST /sequences/{sequence}/subscribers/{id}',
  },
  automations: { ids: ['31', '32'], runsOfRepeat: 1, runsOfLater: 1 },
  waitHeaders: (seconds) => ({ 'Retry-After': String(seconds) }), // Kit sends none, but would be obeyed
});

let crm: CrmSimulator;
let client: Crm;
let clock: ReturnType<typeof handClock>;
beforeEach(async () => {
  clock = handClock();
  crm = await startKit({ requestsPerSecond: 1_000, now: clock.now });
  client = await openClient('kit', crm.credentials);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

test('a subscriber who cancelled is a contact still, and its changes are told', async () => {
  clock.advance(60_000);
  const since = new Date(clock.now()).toISOString();
  await kitClientOf(crm)('POST', '/subscribers/2/unsubscribe');
  clock.advance(LIST_LAG_MS);
  expect(await client.readContact('2')).toMatchObject({ id: '2', fields: { plan: 'basic' } });
  expect((await client.changedSince(since)).changes).toMatchObject([{ id: '2' }]);
});

test('more tags than a page has are read to the last one', async () => {
  for (let number = 1; number <= 1_001; number += 1) crm.contacts.addTag('1', `Tag ${number}`);
  const contact = await client.readContact('1');
  expect(contact?.tags.toSorted()).toEqual(crm.contacts.get('1')?.tagIds.toSorted());
  expect(crm.requests.byRoute).toEqual({ 'GET /subscribers/{id}': 1, 'GET /subscribers/{id}/tags': 2 });
});

test('a subscriber that is deleted between its two requests is gone', async () => {
  crm.faults.next({ does: 'answer', status: 404, route: 'GET /subscribers/{id}/tags' });
  expect(await client.readContact('1')).toBeUndefined();
});

test('the last name is the custom field in which Kit’s documents keep it', async () => {
  const subscriber = {
    id: 1,
    first_name: 'Ada',
    email_address: 'a@b.example',
    fields: { last_name: 'Adler' },
  };
  const tags = { tags: [], pagination: { has_next_page: false } };
  const { url, close } = await startAnsweringCrm((route) =>
    route.endsWith('/tags') ? tags : { subscriber },
  );
  try {
    const contact = await (await openClient('kit', { url, token: 'kit_1' })).readContact('1');
    expect(contact).toMatchObject({ id: '1', firstName: 'Ada', lastName: 'Adler', phone: '' });
  } finally {
    close();
  }
});

test('a field that Kit drops without an error is rejected, by its key', async () => {
  const { name, message } = await errorOf(
    client.writeFields('1', { nickname: 'secret-value', plan: 'gold' }),
  );
  expect(name).toBe('Rejected');
  expect(message).toMatch(/PUT \/subscribers\/1: Kit has no custom field with the key nickname/);
  expect(message).not.toContain('secret-value');
});

test('a field that Kit refuses is rejected as well', async () => {
  crm.faults.next({ does: 'answer', status: 422, route: 'PUT /subscribers/{id}' });
  expect(await errorOf(client.writeFields('1', { plan: 'gold' }))).toMatchObject({ name: 'Rejected' });
});

test('a tag or a sequence that does not exist is rejected', async () => {
  expect(await errorOf(client.addTags('1', ['999']))).toMatchObject({ name: 'Rejected' });
  expect(await errorOf(client.startAutomation('1', '999', new Date().toISOString()))).toMatchObject({
    name: 'Rejected',
    message: expect.stringContaining('POST /sequences/999/subscribers/1'),
  });
});

test.each(['..', '.', '', '1/2', 'a'])('tagging "%s", which is no id, is never sent', async (id) => {
  for (const write of [client.addTags(id, ['9']), client.removeTags(id, ['9'])]) {
    expect(await errorOf(write)).toMatchObject({
      name: 'Rejected',
      message: `"${id}" is no id of Kit's: those are numbers`,
    });
  }
  expect(crm.requests.total).toBe(0);
});

test('somebody without a name is looked up before, since an upsert might empty the name that Kit has', async () => {
  clock.advance(LIST_LAG_MS);
  const email = crm.contacts.get('2')?.email.toUpperCase() ?? '';
  expect(await client.upsertContact({ email, firstName: '', lastName: '' })).toBe('2');
  expect(crm.requests.byRoute).toEqual({ 'GET /subscribers': 1 });
});

test('a 429, which names no time, holds the key for a third of the window', async () => {
  const impatient = await openClient('kit', crm.credentials, { patience: { first: 10, later: 10 } });
  crm.faults.next({ does: 'answer', status: 429 });
  const { name, retryAfterMs } = await errorOf(impatient.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(15_000);
  expect(retryAfterMs).toBeLessThan(25_000);
});

test('the account is named by its key, which cannot be read from the name', async () => {
  const name = await accountOf('kit', { token: 'kit_1' });
  expect(name).toMatch(/^kit#[0-9a-f]{16}$/);
  expect(await accountOf('kit', { url: 'https://api.kit.com/v4/', token: 'kit_1' })).toBe(name);
  expect(await accountOf('kit', { token: 'kit_2' })).not.toBe(name);
});

test('a site names fields by their keys and tags by their numbers', async () => {
  const { crmSchema } = await import('../../../functions/crm/crms.ts');
  const settings = { kind: 'kit', passwordField: 'password', completionTag: '9' };
  expect(crmSchema.parse(settings)).toEqual({ ...settings, requestsPerSecond: 2 });
  for (const wrong of [{ passwordField: 'My Password' }, { completionTag: 'Account ready' }])
    expect(crmSchema.safeParse({ ...settings, ...wrong }).success).toBe(false);
});
