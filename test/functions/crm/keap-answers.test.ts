import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { type AnsweringCrm, startAnsweringCrm } from './fixtures/answering-crm.ts';
import { definitionOf, errorOf, openClient } from './fixtures/client.ts';

// Answers that Keap may give and its simulator does not.

let table: TestTable;
const crms: AnsweringCrm[] = [];
beforeAll(async () => {
  table = await startTestTable();
});
afterEach(() => {
  for (const crm of crms.splice(0)) crm.close();
});
afterAll(() => table.stop());

/** A client of an account that answers each method and path as told, and everything else with 404. */
async function clientOf(answers: Record<string, (query: URLSearchParams) => unknown>): Promise<Crm> {
  const crm = await startAnsweringCrm((route, query) => answers[route.replace('/crm/rest', '')]?.(query));
  crms.push(crm);
  return openClient('keap', { url: crm.url, token: 'KeapAK-1' });
}

const CONTACT = {
  id: '7',
  given_name: 'Ada',
  family_name: null,
  email_addresses: [{ email: 'a@example.com', field: 'EMAIL1' }],
  phone_numbers: [],
  custom_fields: [],
  tag_ids: ['1', '70'],
};
const read = async (changes: object) =>
  (await clientOf({ 'GET /v2/contacts/7': () => ({ ...CONTACT, ...changes }) })).readContact('7');

test('custom fields are text, whatever type they have, and those that hold nothing are left out', async () => {
  const contents = ['text', 12, '', null, { a: 'b' }, false, undefined];
  const custom_fields = contents.map((content, index) => ({ id: String(index + 1), content }));
  expect((await read({ custom_fields }))?.fields).toEqual({
    ...{ 1: 'text', 2: '12', 3: '', 5: '{"a":"b"}', 6: 'false' },
  });
});

test('several values that come as a list are read as they would be written', async () => {
  const { open, separator, close } = (await definitionOf('keap')).values.list;
  const contents = [['a', 'b'], ['a', 2], [], 'a,b'];
  const custom_fields = contents.map((content, index) => ({ id: String(index + 1), content }));
  expect((await read({ custom_fields }))?.fields).toEqual({
    1: `${open}a${separator}b${close}`,
    2: `${open}a${separator}2${close}`,
    3: '',
    4: `${open}a${separator}b${close}`,
  });
});

test('of several addresses and numbers the first is the contact’s, wherever it stands', async () => {
  const email_addresses = [
    { email: 'second@example.com', field: 'EMAIL2' },
    { email: 'first@example.com', field: 'EMAIL1' },
  ];
  const phone_numbers = [
    { number: '+1 555-0102', field: 'PHONE2' },
    { number: '+1 555-0101', field: 'PHONE1' },
  ];
  expect(await read({ email_addresses, phone_numbers })).toMatchObject({
    email: 'first@example.com',
    phone: '+1 555-0101',
  });
});

test('a contact without addresses, numbers, fields and tags has none, be they null or left out', async () => {
  const nothing = { email_addresses: null, phone_numbers: undefined, custom_fields: null, tag_ids: null };
  const empty = { email: '', firstName: 'Ada', lastName: '', phone: '', fields: {}, tags: [] };
  expect(await read(nothing)).toEqual({ id: '7', ...empty });
});

test.each(['tag_ids', 'custom_fields'])(
  'an answer without %s is not taken for one that has none',
  async (name) => {
    const { name: errorName, message } = await errorOf(read({ [name]: undefined }));
    expect(message).toBe(`Keap's answer to GET /v2/contacts/7 is not as documented, at ${name}`);
    expect(['Throttled', 'Rejected']).not.toContain(errorName);
  },
);

test('ids are numbers, or text', async () => {
  expect(await read({ id: 7, tag_ids: [1, 70] })).toMatchObject({ id: '7', tags: ['1', '70'] });
});

/** A list that answers as many contacts as it is asked for. */
const honestList = (asked: string[][]) => (query: URLSearchParams) => {
  const ids = query.get('filter')?.replace('ids==', '').split(',') ?? [];
  asked.push(ids);
  return { contacts: ids.map((id) => ({ ...CONTACT, id })) };
};

test('long ids are asked for in more requests, so that no address is longer than gateways take', async () => {
  const asked: string[][] = [];
  const client = await clientOf({ 'GET /v2/contacts': honestList(asked) });
  const ids = Array.from({ length: 2_000 }, (_, index) => String(123_456_789 + index));
  expect([...(await client.readContacts(ids)).keys()]).toEqual(ids);
  expect(asked.flat()).toEqual(ids);
  expect(asked).toHaveLength(4);
  for (const piece of asked) expect(piece.join(',').length).toBeLessThanOrEqual(6_000);
});

test('what is broken within a list concerns its contact alone, and nobody comes unasked', async () => {
  const contacts = [CONTACT, { ...CONTACT, id: '8', tag_ids: 'all' }, 'no contact', { ...CONTACT, id: '9' }];
  const client = await clientOf({ 'GET /v2/contacts': () => ({ contacts }) });
  expect([...(await client.readContacts(['7', '8'])).keys()]).toEqual(['7']);
});

const change = (id: string, update_time = '2026-07-17T12:00:00Z') => ({ id, update_time });
const SINCE = '2026-07-17T11:00:00.000Z';

test('changes are asked for from a second earlier, in the order of ids, after the last one that came', async () => {
  const queries: URLSearchParams[] = [];
  const list = (query: URLSearchParams) => {
    queries.push(query);
    return { contacts: [change('7')], next_page_token: '' };
  };
  const client = await clientOf({ 'GET /v2/contacts': list });
  expect(await client.changedSince(SINCE, '6')).toEqual({
    changes: [{ id: '7', changedAt: '2026-07-17T12:00:00.000Z' }],
  });
  expect(queries[0]?.get('filter')).toBe('start_update_time==2026-07-17T10:59:59.000Z;contact_id>6');
  expect(queries[0]?.get('order_by')).toBe('id asc');
});

test('a page that is short is not the last one where Keap says that there are more', async () => {
  const page = { contacts: [change('7'), change('9')], next_page_token: 'more' };
  const client = await clientOf({ 'GET /v2/contacts': () => page });
  expect(await client.changedSince(SINCE)).toMatchObject({ resume: '9' });
});

test.each([
  ['are not in the order of ids', ['8', '7']],
  ['lie before the place that was asked for', ['4', '9']],
])('changes that %s are an error, since some would be skipped', async (_, ids) => {
  const contacts = ids.map((id) => change(id));
  const client = await clientOf({ 'GET /v2/contacts': () => ({ contacts }) });
  const { name, message } = await errorOf(client.changedSince(SINCE, '5'));
  expect(message).toBe("Keap's list of changes is not in the order of ids");
  expect(['Throttled', 'Rejected']).not.toContain(name);
});

test('a list of changes that holds something unreadable is an error, so that nothing is skipped', async () => {
  const contacts = [change('7'), { update_time: '2026-07-17T12:00:00Z' }];
  const client = await clientOf({ 'GET /v2/contacts': () => ({ contacts }) });
  expect((await errorOf(client.changedSince(SINCE))).message).toMatch(/is not as documented, at contacts\.1/);
});

test.each(['', 'yesterday'])(
  'a change at the time "%s" counts as one of just now: rather once too often',
  async (time) => {
    const before = Date.now();
    const client = await clientOf({ 'GET /v2/contacts': () => ({ contacts: [change('7', time)] }) });
    const { changes } = await client.changedSince(SINCE);
    expect(Date.parse(changes[0]?.changedAt ?? '')).toBeGreaterThanOrEqual(before);
  },
);

test('a list that ignores the address is not taken for the contact that was looked for', async () => {
  const client = await clientOf({
    'GET /v2/contacts': () => ({ contacts: [CONTACT] }),
    'PUT /v1/contacts': () => ({ id: 8 }),
  });
  const person = { firstName: '', lastName: '' };
  expect(await client.upsertContact({ email: 'ivan@example.com', ...person })).toBe('8');
  expect(await client.upsertContact({ email: 'A@example.com', ...person })).toBe('7');
});

test.each([
  ['FAILED', { 7: 'FAILED' }],
  ['without a word', {}],
])('a sequence that answers %s is tried again', async (word, results) => {
  const client = await clientOf({
    'POST /v2/campaigns/31/sequences/1:addContacts': () => ({ add_to_sequence_results: results }),
  });
  const { name, message } = await errorOf(client.startAutomation('7', '31:1', SINCE));
  expect(name).toBe('Unavailable');
  expect(message).toBe(`Keap did not put contact 7 into 31:1: ${word}`);
});

test('tags whose results have words of their own are found at the contact', async () => {
  const client = await clientOf({
    'POST /v1/contacts/7/tags': () => [{ 1: 'applied' }, { 70: 'there already' }],
    'GET /v2/contacts/7': () => CONTACT,
  });
  await client.addTags('7', ['1', '70']);
});

test.each([
  ['a list of words', (ids: number[]) => ids.map((id) => ({ [id]: 'SUCCESS' }))],
  ['one map of words', (ids: number[]) => Object.fromEntries(ids.map((id) => [id, 'SUCCESS']))],
])('%s proves that many contacts have a tag', async (_, answer) => {
  const client = await clientOf({ 'POST /v1/tags/9/contacts': () => answer([7, 8]) });
  expect(await client.changeTagsOfMany(['7', '8'], { add: ['9'], remove: [] })).toEqual(new Map());
});

test('long ids are taken away in more requests, so that no address is longer than gateways take', async () => {
  const asked: string[] = [];
  const answer = (query: URLSearchParams) => {
    asked.push(query.get('ids') ?? '');
    return {};
  };
  const client = await clientOf({ 'DELETE /v1/tags/9/contacts': answer });
  const ids = Array.from({ length: 1_000 }, (_, index) => String(123_456_789 + index));
  await client.changeTagsOfMany(ids, { add: [], remove: ['9'] });
  expect(asked.join().split(',')).toEqual(ids);
  expect(asked).toHaveLength(2);
  for (const piece of asked) expect(piece.length).toBeLessThanOrEqual(6_000);
});
