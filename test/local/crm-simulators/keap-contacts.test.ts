import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { keapClientOf } from './support.ts';

let crm: KeapSimulator;
let call: ReturnType<typeof keapClientOf>;

beforeEach(async () => {
  crm = await startKeap({ requestsPerSecond: 1000 });
  call = keapClientOf(crm);
});
afterEach(() => crm.close());

const emailOf = (email: string) => [{ email, field: 'EMAIL1' }];

test('the key comes in X-Keap-API-Key or as a bearer; without it the answer is 401', async () => {
  crm.seedContacts(1);
  expect(crm.credentials).toEqual({ url: crm.url, token: crm.token });
  expect((await call('GET', '/v2/contacts/1')).status).toBe(200);
  const bearer = keapClientOf(crm, { authorization: `Bearer ${crm.token}` });
  expect((await bearer('GET', '/v2/contacts/1')).status).toBe(200);
  expect((await keapClientOf(crm, { 'X-Keap-API-Key': 'wrong' })('GET', '/v2/contacts/1')).status).toBe(401);
  expect((await keapClientOf(crm, {})('GET', '/v1/hooks')).status).toBe(401);
  expect(crm.requests).toMatchObject({ total: 4, unauthorized: 2 });
});

test('one contact has the properties that were asked for, its ids are strings', async () => {
  const { id } = crm.contacts.create({
    ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Adler', phone: '+1 555-0100' },
    fields: { 13: '120' },
  });
  crm.contacts.addTag(id, 'Cohort 2026');
  const fields = 'id,given_name,family_name,email_addresses,phone_numbers,custom_fields,tag_ids';
  expect((await call('GET', `/v2/contacts/${id}?fields=${fields}`)).body).toEqual({
    id: '1',
    given_name: 'Ada',
    family_name: 'Adler',
    email_addresses: [{ email: 'ada@example.com', field: 'EMAIL1' }],
    phone_numbers: [{ number: '+1 555-0100', field: 'PHONE1' }],
    custom_fields: [{ id: '13', content: '120' }],
    tag_ids: ['20'],
  });
});

test('custom fields and tags do not come unasked, and an unknown property is refused', async () => {
  crm.seedContacts(1);
  const { body } = await call('GET', '/v2/contacts/1');
  expect(body).toMatchObject({ id: '1', update_time: expect.stringMatching(/^\d{4}-.*:\d\dZ$/) });
  expect(body).not.toHaveProperty('custom_fields');
  expect(body).not.toHaveProperty('tag_ids');
  expect(await call('GET', '/v2/contacts/1?fields=id,password')).toMatchObject({
    status: 400,
    body: { code: 400, message: expect.stringContaining('password') },
  });
});

test('fields without a value can come as null', async () => {
  crm.contacts.create({ email: 'a@example.com', fields: { 15: 'basic' } });
  crm.faults.listEmptyFields = true;
  expect((await call('GET', '/v2/contacts/1?fields=custom_fields')).body.custom_fields).toEqual([
    { id: '15', content: 'basic' },
    { id: '13', content: null },
    { id: '17', content: null },
  ]);
});

test('PATCH changes what it names; a list of custom fields takes away those that it leaves out', async () => {
  const { id } = crm.contacts.create({
    ...{ email: 'c@example.com', firstName: 'Chloe', phone: '1' },
    fields: { 13: '1', 15: 'basic' },
  });
  await call('PATCH', `/v2/contacts/${id}`, { family_name: 'Costa' });
  expect(crm.contacts.get(id)).toMatchObject({ lastName: 'Costa', fields: { 13: '1', 15: 'basic' } });

  const custom_fields = [
    { id: '13', content: '1' },
    { id: '17', content: 's3cret' },
  ];
  const changed = await call('PATCH', `/v2/contacts/${id}?fields=custom_fields`, { custom_fields });
  expect(changed).toMatchObject({ status: 200, body: { custom_fields } });
  expect(crm.contacts.get(id)).toMatchObject({
    ...{ email: 'c@example.com', firstName: 'Chloe', lastName: 'Costa', phone: '1' },
    fields: { 13: '1', 17: 's3cret' },
  });
  expect(crm.contacts.get(id)?.fields).not.toHaveProperty('15');
});

test('update_mask leaves alone what it does not name', async () => {
  const { id } = crm.contacts.create({ email: 'm@example.com', firstName: 'Mina' });
  const body = { given_name: 'Other', custom_fields: [{ id: '17', content: 'x' }] };
  await call('PATCH', `/v2/contacts/${id}?update_mask=custom_fields`, body);
  expect(crm.contacts.get(id)).toMatchObject({ firstName: 'Mina', fields: { 17: 'x' } });
  expect((await call('PATCH', `/v2/contacts/${id}?update_mask=nonsense`, body)).status).toBe(400);
});

test('PATCH refuses an unknown contact, an unknown custom field, a value that is too long', async () => {
  crm.seedContacts(1);
  const patch = (id: string, field: string, content: string) =>
    call('PATCH', `/v2/contacts/${id}`, { custom_fields: [{ id: field, content }] });
  expect(await patch('99', '17', 'x')).toMatchObject({
    status: 404,
    body: { code: 404, status: 'NOT_FOUND', message: 'Contact with id 99 not found' },
  });
  expect((await patch('1', '99', 'x')).status).toBe(400);
  expect((await patch('1', '17', 'x'.repeat(65_535))).status).toBe(200);
  expect((await patch('1', '17', 'x'.repeat(65_536))).status).toBe(400);
});

test('POST makes one contact for each call, the same address or not, unless it says which is a duplicate', async () => {
  const contact = { given_name: 'Ben', email_addresses: emailOf('ben@example.com') };
  expect(await call('POST', '/v2/contacts', contact)).toMatchObject({ status: 201, body: { id: '1' } });
  expect(await call('POST', '/v2/contacts', contact)).toMatchObject({ status: 201, body: { id: '2' } });
  const upsert = (body: object) => call('POST', '/v2/contacts?duplicate_option=Email', body);
  const found = await upsert({ family_name: 'Brandt', email_addresses: emailOf('BEN@example.com') });
  expect(found).toMatchObject({ status: 200, body: { id: '1', given_name: 'Ben', family_name: 'Brandt' } });
  expect(await upsert({ email_addresses: emailOf('new@example.com') })).toMatchObject({
    status: 201,
    body: { id: '3' },
  });
  expect((await call('POST', '/v2/contacts', { given_name: 'Nobody' })).status).toBe(400);
  expect((await call('POST', '/v2/contacts', { email_addresses: emailOf('nonsense') })).status).toBe(400);
});

test('EmailAndName takes only a contact of that name for a duplicate', async () => {
  crm.contacts.create({ email: 'e@example.com', firstName: 'Elena' });
  const post = (given_name: string) =>
    call('POST', '/v2/contacts?duplicate_option=EmailAndName', {
      given_name,
      email_addresses: emailOf('e@example.com'),
    });
  expect((await post('Elena')).body.id).toBe('1');
  expect((await post('Farid')).body.id).toBe('2');
});

test('PUT of v1 updates by address with only what it is given, or creates; its ids are numbers', async () => {
  crm.contacts.create({ email: 'd@example.com', firstName: 'David', fields: { 13: '5' } });
  const put = (email: string, rest = {}) =>
    call('PUT', '/v1/contacts', { duplicate_option: 'Email', email_addresses: emailOf(email), ...rest });
  const custom_fields = [{ id: 17, content: 'pw' }];
  expect(await put('d@example.com', { custom_fields })).toMatchObject({ status: 200, body: { id: 1 } });
  expect(crm.contacts.get('1')).toMatchObject({ firstName: 'David', fields: { 13: '5', 17: 'pw' } });
  expect(await put('x@example.com')).toMatchObject({ status: 201, body: { id: 2, tag_ids: [] } });
  expect((await put('x@example.com', { duplicate_option: undefined })).status).toBe(400);
});

test('PATCH of v1 changes what it is given and leaves the other custom fields, unlike that of v2', async () => {
  crm.contacts.create({ email: 'd@example.com', firstName: 'David', fields: { 13: '5', 15: 'basic' } });
  const patch = (id: string, body: object) => call('PATCH', `/v1/contacts/${id}`, body);
  const custom_fields = [{ id: 15, content: 'gold' }];
  expect(await patch('1', { custom_fields })).toMatchObject({ status: 200, body: { id: 1 } });
  expect(crm.contacts.get('1')).toMatchObject({ firstName: 'David', fields: { 13: '5', 15: 'gold' } });
  expect((await patch('1', { custom_fields: [{ id: 99, content: 'x' }] })).status).toBe(400);
  expect((await patch('99', { custom_fields })).status).toBe(404);
});

test('a deleted contact is gone, and so is a merged one under its id', async () => {
  crm.seedContacts(3);
  const [, second] = crm.contacts.all();
  crm.contacts.addTag('2', 'Cohort 2026');
  expect((await call('DELETE', '/v2/contacts/3')).status).toBe(204);
  expect((await call('GET', '/v2/contacts/3')).status).toBe(404);
  expect(crm.contacts.get('3')).toBeUndefined();

  const merged = await call('POST', '/v2/contacts:merge?fields=id,tag_ids', {
    contact_id: '1',
    duplicate_contact_id: '2',
  });
  expect(merged).toMatchObject({ status: 200, body: { id: '1' } });
  expect(merged.body.tag_ids).toEqual(expect.arrayContaining([...(second?.tagIds ?? []), '20']));
  expect((await call('GET', '/v2/contacts/2')).status).toBe(404);
  expect(
    (await call('POST', '/v2/contacts:merge', { contact_id: '1', duplicate_contact_id: '2' })).status,
  ).toBe(404);
});

test('the model lists the custom fields', async () => {
  expect((await call('GET', '/v2/contacts/model')).body.custom_fields).toMatchObject([
    { id: '13', label: 'Points' },
    { id: '15', label: 'Plan' },
    { id: '17', label: 'Password' },
  ]);
});
