import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { type AnsweringCrm, startAnsweringCrm } from './fixtures/answering-crm.ts';
import { errorOf, openClient } from './fixtures/client.ts';

// Answers that Ontraport may give and its simulator does not.

let table: TestTable;
const crms: AnsweringCrm[] = [];
beforeAll(async () => {
  table = await startTestTable();
});
afterEach(() => {
  for (const crm of crms.splice(0)) crm.close();
});
afterAll(() => table.stop());

/** A client of an account that answers each method and path with this `data`, and everything else with 404. */
async function clientOf(data: Record<string, unknown>): Promise<Crm> {
  const crm = await startAnsweringCrm((route) =>
    Object.hasOwn(data, route) ? { code: 0, data: data[route] } : undefined,
  );
  crms.push(crm);
  return openClient('ontraport', { url: crm.url, token: 'a-token', appId: '2_1_app' });
}

const CONTACT = {
  id: '7',
  email: 'a@example.com',
  firstname: 'Ada',
  lastname: '',
  contact_cat: '*/*1*/*7*/*',
};
const read = async (changes: object) =>
  (await clientOf({ 'GET /object': { ...CONTACT, ...changes } })).readContact('7');

test.each([
  ['*/*1*/*70*/*', ['1', '70']],
  ['', []],
  [null, []],
])('the tags %j are read as %j', async (contact_cat, tags) => {
  expect((await read({ contact_cat }))?.tags).toEqual(tags);
});

test('an answer that does not say which tags there are is not taken for "no tags"', async () => {
  const { name, message } = await errorOf(read({ contact_cat: undefined }));
  expect(message).toMatch(/Ontraport's answer to GET \/object is not as documented, at data/);
  expect(['Throttled', 'Rejected']).not.toContain(name);
});

test('custom fields are text, whatever type they have, and the rest of the contact is none of them', async () => {
  const values = { f1: 'text', f2: 12, f3: '', f4: null, f5: ['a', 'b'], f6: false };
  const contact = await read({ ...values, fax: '555', freferrer: '3', 'f1 ': 'x' });
  expect(contact?.fields).toEqual({ f1: 'text', f2: '12', f3: '', f5: '["a","b"]', f6: 'false' });
});

test('the phone is the one for text messages, and where there is none that of the office', async () => {
  const office_phone = '+1 555-0100';
  expect((await read({ office_phone, sms_number: '+1 555-0111' }))?.phone).toBe('+1 555-0111');
  expect((await read({ office_phone, sms_number: null }))?.phone).toBe(office_phone);
});

test('numbers are taken for ids as well', async () => {
  expect(await read({ id: 7 })).toMatchObject({ id: '7' });
});

test('an empty list in the place of a contact is no contact', async () => {
  expect(await (await clientOf({ 'GET /object': [] })).readContact('7')).toBeUndefined();
});

test('what is broken within a list concerns its contact alone', async () => {
  const client = await clientOf({
    'GET /Contacts': [CONTACT, { ...CONTACT, id: '8', email: { not: 'text' } }, 'no contact'],
  });
  expect([...(await client.readContacts(['7', '8'])).keys()]).toEqual(['7']);
});

test('contacts that nobody asked for are not given', async () => {
  const client = await clientOf({ 'GET /Contacts': [CONTACT, { ...CONTACT, id: '8' }] });
  expect([...(await client.readContacts(['7'])).keys()]).toEqual(['7']);
});

test.each(['', 'yesterday', '9999999999999999'])(
  'a change at the time "%s" counts as one of just now: rather once too often',
  async (dlm) => {
    const before = Date.now();
    const client = await clientOf({ 'GET /Contacts': [{ id: '7', dlm }] });
    const { changes, resume } = await client.changedSince(new Date(0).toISOString());
    expect(changes.map(({ id }) => id)).toEqual(['7']);
    expect(Date.parse(changes[0]?.changedAt ?? '')).toBeGreaterThanOrEqual(before);
    expect(resume).toBeUndefined();
  },
);

test('a list of changes that holds something unreadable is an error, so that nothing is skipped', async () => {
  const client = await clientOf({ 'GET /Contacts': [{ id: '7', dlm: '1' }, { dlm: '2' }] });
  const { message } = await errorOf(client.changedSince(new Date(0).toISOString()));
  expect(message).toMatch(/is not as documented, at data\.1/);
});

const IVAN = { email: 'ivan@example.com', firstName: 'Ivan', lastName: '' };

test.each([
  ['the contact', { id: '7' }],
  ['what changed', { attrs: { id: '7', firstname: 'Ivan' } }],
  ['numbers', { id: 7 }],
])('an upsert that is answered with %s gives the id', async (_, data) => {
  const client = await clientOf({ 'POST /Contacts/saveorupdate': data });
  expect(await client.upsertContact(IVAN)).toBe('7');
});

test('an upsert whose answer names no contact looks it up by its address', async () => {
  const client = await clientOf({
    'POST /Contacts/saveorupdate': { attrs: {} },
    'GET /object/getByEmail': { id: '7' },
  });
  expect(await client.upsertContact(IVAN)).toBe('7');
});

test('a contact that was saved and is not found is an error to try again after, without its address', async () => {
  const client = await clientOf({ 'POST /Contacts/saveorupdate': {}, 'GET /object/getByEmail': [] });
  const { name, message } = await errorOf(client.upsertContact(IVAN));
  expect(message).toBe('Ontraport does not show the contact it saved yet');
  expect(name).toBe('Error');
});

test('a write that is answered without what was written is looked up', async () => {
  const client = await clientOf({ 'PUT /Contacts': {}, 'GET /object': { ...CONTACT, f1: 'x' } });
  await client.writeFields('7', { f1: 'x' });
  expect(await errorOf(client.writeFields('7', { f2: 'x' }))).toMatchObject({
    name: 'Rejected',
    message: 'Ontraport has no field f2',
  });
});

test('a contact that is gone before its write could be confirmed is a rejection', async () => {
  const client = await clientOf({ 'PUT /Contacts': { attrs: {} } });
  expect(await errorOf(client.writeFields('7', { f1: 'x' }))).toMatchObject({
    name: 'Rejected',
    message: 'Ontraport has no contact 7',
  });
});
