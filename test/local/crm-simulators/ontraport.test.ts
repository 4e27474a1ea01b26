import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type OntraportSimulator, startOntraport } from '../../../local/crm-simulators/ontraport.ts';
import { eventually } from '../../support/latchkey.ts';
import { type Answer, handClock } from './support.ts';

let crm: OntraportSimulator;
let clock: ReturnType<typeof handClock>;
beforeEach(async () => {
  clock = handClock();
  crm = await startOntraport({ now: clock.now });
});
afterEach(() => crm.close());

/** Calls the API as a client would. */
async function call(
  method: string,
  path: string,
  body?: unknown,
  { token, appId } = crm.credentials as { token: string; appId: string },
): Promise<Answer> {
  const response = await fetch(crm.url + path, {
    method,
    headers: { 'Api-Key': token, 'Api-Appid': appId, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

const idsOf = ({ body }: Answer): string[] => body.data.map((contact: { id: string }) => contact.id);
const list = (query: Record<string, string>) => call('GET', `/Contacts?${new URLSearchParams(query)}`);
const where = (...condition: unknown[]) => ({ condition: JSON.stringify(condition) });
const is = (field: string, op: string, value: unknown) => ({ field: { field }, op, value: { value } });

test('one contact has its fields, also the empty ones, and its tags as ids between slashes and stars', async () => {
  const { id } = crm.contacts.create({ email: 'a@example.com', firstName: 'Ada', fields: { f1556: 'gold' } });
  expect((await call('GET', `/object?objectID=0&id=${id}`)).body).toMatchObject({
    code: 0,
    data: { id, firstname: 'Ada', f1556: 'gold', f1557: null, contact_cat: null, dlm: '1784289600' },
  });
  crm.contacts.addTag(id, '1');
  crm.contacts.addTag(id, '20');
  expect((await call('GET', `/object?objectID=0&id=${id}`)).body.data.contact_cat).toBe('*/*1*/*20*/*');
});

test('a contact that is not there, or not any more, is a 404', async () => {
  const [loser = '', winner = ''] = crm.seedContacts(2);
  crm.contacts.merge(loser, winner);
  expect((await call('GET', `/object?objectID=0&id=${loser}`)).status).toBe(404);
  expect((await call('GET', '/object?objectID=0&id=')).status).toBe(404);
  expect((await call('PUT', '/Contacts', { id: loser, f1556: 'gold' })).status).toBe(404);
});

test('a list has fifty contacts, whatever was asked for, and does not say that there are more', async () => {
  const ids = crm.seedContacts(60);
  expect(idsOf(await list({ ids: ids.join(','), range: '100' }))).toEqual(ids.slice(0, 50));
  expect(idsOf(await list({ start: '50' }))).toEqual(ids.slice(50));
});

test('a list without ids is everybody', async () => {
  const ids = crm.seedContacts(3);
  expect(idsOf(await list({ ids: '' }))).toEqual(ids);
});

test('a list is ordered, and shows the members that were asked for', async () => {
  crm.seedContacts(11);
  const answer = await list({ sort: 'id', sortDir: 'desc', listFields: 'id,dlm', range: '2' });
  expect(answer.body.data).toEqual([
    { id: '11', dlm: '1784289600' },
    { id: '10', dlm: '1784289600' },
  ]);
});

test('conditions compare numbers as numbers and text whatever its case; AND binds tighter than OR', async () => {
  const ids = crm.seedContacts(12);
  const [first = ''] = ids;
  clock.advance(1_000);
  crm.contacts.edit(first, { lastName: 'Zimt', fields: { f1556: 'Gold' } });
  const matching = async (...condition: unknown[]) => idsOf(await list(where(...condition)));
  expect(await matching(is('id', '>', 9))).toEqual(['10', '11', '12']);
  expect(await matching(is('dlm', '>=', 1784289601))).toEqual([first]);
  expect(await matching(is('dlm', '>', 1784289601))).toEqual([]);
  expect(await matching(is('f1556', '=', 'gold'))).toEqual([first]);
  const either = [is('id', '=', 5), 'OR', is('id', '>', 3), 'AND', is('id', '<=', 4)];
  expect(await matching(...either)).toEqual(['4', '5']);
  const some = { field: { field: 'id' }, op: 'IN', value: { list: [{ value: 2 }, { value: '7' }] } };
  expect(await matching(some)).toEqual(['2', '7']);
});

test.each(['nonsense', '{"field":"id"}', '[{"field":{"field":"id"},"op":"~","value":{"value":1}}]'])(
  'the condition %s is a 400',
  async (condition) => {
    expect((await list({ condition })).status).toBe(400);
  },
);

test('a write ignores what the account does not have, and its answer names what changed', async () => {
  const [id = ''] = crm.seedContacts(1);
  clock.advance(5_000);
  const answer = await call('PUT', '/Contacts', { id, f1557: 'secret-1', f9999: 'x', firstname: 'Ada' });
  expect(answer.body.data.attrs).toEqual({ id, f1557: 'secret-1', dlm: '1784289605' });
  expect(crm.contacts.get(id)).toMatchObject({ firstName: 'Ada', fields: { f1557: 'secret-1' } });
});

test('saveorupdate makes a contact, or updates the one that has the address', async () => {
  const made = await call('POST', '/Contacts/saveorupdate', { email: 'new@example.com', firstname: 'New' });
  expect(made.body.data).toMatchObject({ id: '1', email: 'new@example.com', firstname: 'New' });
  const again = await call('POST', '/Contacts/saveorupdate', { email: 'NEW@example.com', lastname: 'Er' });
  expect(again.body.data).toMatchObject({ attrs: { id: '1', lastname: 'Er' } });
  expect((await call('POST', '/Contacts/saveorupdate', { email: 'nonsense' })).status).toBe(422);
  const found = await call('GET', '/object/getByEmail?objectID=0&email=new%40example.com');
  expect(found.body.data).toEqual({ id: '1' });
  expect((await call('GET', '/object/getByEmail?objectID=0&email=x')).body.data).toEqual([]);
});

test('tags change later, for all contacts and tags that are named, in the order of the requests', async () => {
  const [one = '', two = '', three = ''] = crm.seedContacts(3);
  const tagIds = () => [one, two, three].map((id) => crm.contacts.get(id)?.tagIds);
  const before = tagIds();
  const ids = `${one},${two},4711`;
  expect((await call('PUT', '/objects/tag', { objectID: 0, ids, add_list: '9,20,99' })).status).toBe(200);
  expect(tagIds()).toEqual(before);
  await call('DELETE', '/objects/tag', { objectID: 0, ids: two, remove_list: '9' });
  await eventually(async () =>
    expect(tagIds()).toEqual([[...(before[0] ?? []), '9', '20'], [...(before[1] ?? []), '20'], before[2]]),
  );
});

test('an order is carried out for the first fifty contacts that it names, without a word about the others', async () => {
  const ids = crm.seedContacts(60);
  const order = { objectID: 0, ids: ids.join(','), add_list: '20' };
  expect((await call('PUT', '/objects/tag', order)).status).toBe(200);
  const tagged = () => ids.filter((id) => crm.contacts.get(id)?.tagIds.includes('20'));
  await eventually(async () => expect(tagged()).not.toEqual([]));
  expect(tagged()).toEqual(ids.slice(0, 50));
});

test('a value that is longer than a field is a 422, and nothing is written', async () => {
  const [id = ''] = crm.seedContacts(1);
  const put = async (length: number) =>
    (await call('PUT', '/Contacts', { id, f1556: 'x'.repeat(length), f1555: '7' })).status;
  expect([await put(16_384), crm.contacts.get(id)?.fields.f1555]).toEqual([422, '0']);
  expect([await put(16_383), crm.contacts.get(id)?.fields.f1555]).toEqual([200, '7']);
});

test('an order without ids is for everybody, which no client should risk', async () => {
  const ids = crm.seedContacts(3);
  await call('PUT', '/objects/tag', { objectID: 0, ids: '', add_list: '20' });
  await eventually(async () =>
    expect(ids.filter((id) => crm.contacts.get(id)?.tags.includes('Cohort 2026'))).toEqual(ids),
  );
});

test('what has not been carried out at the end is carried out then, and is in the file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ontraport-'));
  try {
    await crm.close();
    const options = { file: join(folder, 'account.json'), tagDelayMs: 60_000 };
    crm = await startOntraport(options);
    const [id = ''] = crm.seedContacts(1);
    await call('PUT', '/objects/tag', { objectID: 0, ids: id, add_list: '20' });
    await crm.close();
    crm = await startOntraport(options);
    expect(crm.contacts.get(id)?.tags).toContain('Cohort 2026');
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a contact is put on an automation, as often as that is asked for', async () => {
  const [id = ''] = crm.seedContacts(1);
  const order = { objectID: 0, ids: id, add_list: '31', sub_type: 'Automation' };
  await call('PUT', '/objects/subscribe', order);
  await call('PUT', '/objects/subscribe', order);
  expect(crm.contacts.get(id)?.automations).toEqual(['31', '31']);
  expect((await call('PUT', '/objects/subscribe', { ...order, sub_type: 'Other' })).status).toBe(400);
});

test('the 181st request within a minute is a 429 that says when there is room again, without Retry-After', async () => {
  for (let count = 0; count < 179; count += 1) await list({ range: '1' });
  clock.advance(20_000);
  const last = await list({ range: '1' });
  expect(last.status).toBe(200);
  expect(last.headers.get('X-Rate-Limit-Limit')).toBe('180');
  expect(last.headers.get('X-Rate-Limit-Remaining')).toBe('0');
  const refused = await list({ range: '1' });
  expect(refused.status).toBe(429);
  expect(refused.headers.get('X-Rate-Limit-Reset')).toBe('40');
  expect(refused.headers.has('Retry-After')).toBe(false);
  clock.advance(40_000);
  expect((await list({ range: '1' })).status).toBe(200);
});

test('the key and the app id must both be right', async () => {
  const { token = '', appId = '' } = crm.credentials;
  for (const wrong of [
    { token, appId: 'other' },
    { token: 'other', appId },
    { token: '', appId: '' },
  ]) {
    expect((await call('GET', '/Contacts', undefined, wrong)).status).toBe(401);
  }
  expect(crm.requests.unauthorized).toBe(3);
});

test('lists cut, and leave out contacts and tags, when they are told to', async () => {
  const ids = crm.seedContacts(4);
  crm.faults.omitFromLists.add('2');
  crm.faults.omitTags.add('3');
  crm.faults.cutListsAt = 2;
  const answer = await list({ ids: ids.join(',') });
  expect(idsOf(answer)).toEqual(['1', '3']);
  expect(answer.body.data.map((contact: object) => 'contact_cat' in contact)).toEqual([true, false]);
  crm.faults.clear();
  expect(idsOf(await list({ ids: ids.join(',') }))).toEqual(ids);
});
