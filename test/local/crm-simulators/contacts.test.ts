import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf } from './support.ts';

let crm: ActiveCampaignSimulator;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1000 });
  call = clientOf(crm);
});
afterEach(() => crm.close());

test('a wrong or missing Api-Token is answered 403', async () => {
  crm.seedContacts(1);
  expect(await clientOf(crm, 'wrong')('GET', '/contacts/1')).toMatchObject({
    status: 403,
    body: { message: 'Forbidden' },
  });
  const bare = await fetch(`${crm.url}/api/3/contacts/1`);
  expect(bare.status).toBe(403);
  await bare.json();
  expect(crm.requests).toMatchObject({ total: 2, unauthorized: 2, refused: 0 });
});

test('one contact is read with its field values beside it and without its tags, all values strings', async () => {
  const { id } = crm.contacts.create({
    email: 'ada@example.com',
    firstName: 'Ada',
    fields: { 3: '120', 5: 'premium' },
  });
  crm.contacts.addTag(id, 'Cohort 2026');

  const { status, body } = await call('GET', `/contacts/${id}`);

  expect(status).toBe(200);
  expect(Object.keys(body)).toEqual(
    expect.arrayContaining([
      'contactAutomations',
      'contactLists',
      'deals',
      'fieldValues',
      'geoAddresses',
      'geoIps',
      'contact',
    ]),
  );
  expect(body).not.toHaveProperty('contactTags');
  expect(body.contact).toMatchObject({
    id: '1',
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: '',
    phone: '',
    deleted: '0',
    orgid: '0',
    fieldValues: ['1', '2'],
    contactAutomations: [],
    organization: null,
    links: { contactTags: `${crm.url}/api/3/contacts/1/contactTags` },
  });
  expect(body.contact.udate).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-05:00$/);
  expect(body.fieldValues).toMatchObject([
    { contact: '1', owner: '1', field: '3', value: '120', id: '1' },
    { contact: '1', owner: '1', field: '5', value: 'premium', id: '2' },
  ]);
});

test('a contact that does not exist is answered 404 with the vendor’s message', async () => {
  const body = { message: 'No Result found for Subscriber with id 404' };
  for (const path of ['', '/contactTags', '/fieldValues', '/contactAutomations']) {
    expect(await call('GET', `/contacts/404${path}`)).toMatchObject({ status: 404, body });
  }
  expect(await call('PUT', '/contacts/404', { contact: { firstName: 'A' } })).toMatchObject({
    status: 404,
    body,
  });
});

test('POST makes a contact and refuses a second one with the same address in any case', async () => {
  const contact = { email: 'ben@example.com', firstName: 'Ben', fieldValues: [{ field: '3', value: 5 }] };
  const made = await call('POST', '/contacts', { contact });
  expect(made).toMatchObject({
    status: 201,
    body: {
      contact: { id: '1', email: 'ben@example.com' },
      fieldValues: [{ contact: '1', field: '3', value: '5' }],
    },
  });
  expect(await call('POST', '/contacts', { contact: { email: 'BEN@example.com' } })).toMatchObject({
    status: 422,
    body: {
      errors: [
        {
          title: 'Email address already exists in the system',
          detail: '',
          code: 'duplicate',
          source: { pointer: '/data/attributes/email' },
        },
      ],
    },
  });
  expect((await call('POST', '/contacts', { contact: { email: 'no address' } })).status).toBe(422);
});

test('PUT changes what it names and leaves the rest', async () => {
  const { id } = crm.contacts.create({
    email: 'c@example.com',
    firstName: 'Chloe',
    fields: { 3: '1', 5: 'basic' },
  });
  const changed = await call('PUT', `/contacts/${id}`, {
    contact: { lastName: 'Costa', fieldValues: [{ field: '7', value: 's3cret' }] },
  });
  expect(changed).toMatchObject({
    status: 200,
    body: { contact: { firstName: 'Chloe', lastName: 'Costa' } },
  });
  expect(crm.contacts.get(id)).toMatchObject({
    firstName: 'Chloe',
    lastName: 'Costa',
    fields: { 3: '1', 5: 'basic', 7: 's3cret' },
  });
});

test('PUT refuses an address that another contact holds and a field that does not exist', async () => {
  crm.contacts.create({ email: 'a@example.com' });
  const { id } = crm.contacts.create({ email: 'b@example.com' });
  const taken = await call('PUT', `/contacts/${id}`, { contact: { email: 'a@example.com' } });
  expect(taken).toMatchObject({ status: 422, body: { errors: [{ code: 'duplicate' }] } });
  const unknown = await call('PUT', `/contacts/${id}`, {
    contact: { fieldValues: [{ field: '99', value: 'x' }] },
  });
  expect(unknown).toMatchObject({
    status: 422,
    body: { errors: [{ title: 'No Result found for Field with id 99' }] },
  });
});

test('contact/sync makes a contact, then updates the same one', async () => {
  const first = await call('POST', '/contact/sync', {
    contact: { email: 'd@example.com', firstName: 'David' },
  });
  expect(first).toMatchObject({ status: 201, body: { contact: { id: '1' } } });
  const second = await call('POST', '/contact/sync', {
    contact: { email: 'D@example.com', fieldValues: [{ field: '3', value: '9' }] },
  });
  expect(second).toMatchObject({
    status: 200,
    body: { contact: { id: '1' }, fieldValues: [{ field: '3', value: '9' }] },
  });
  expect(crm.contacts.get('1')).toMatchObject({ firstName: 'David', fields: { 3: '9' } });
  expect((await call('POST', '/contact/sync', { nothing: true })).status).toBe(400);
});

test('a deleted contact answers 404, leaves the lists and gives its address free', async () => {
  const { id } = crm.contacts.create({ email: 'e@example.com' });
  expect(await call('DELETE', `/contacts/${id}`)).toMatchObject({ status: 200, body: {} });
  expect((await call('GET', `/contacts/${id}`)).status).toBe(404);
  expect((await call('GET', '/contacts')).body.contacts).toEqual([]);
  expect(await call('DELETE', `/contacts/${id}`)).toMatchObject({
    status: 404,
    body: { message: 'No result found for contact with id 1' },
  });
  expect(crm.contacts.get(id)).toMatchObject({ deleted: true, email: 'deleted+1@example.com' });
  expect((await call('POST', '/contacts', { contact: { email: 'e@example.com' } })).body.contact.id).toBe(
    '2',
  );
});

test('an unknown path is 404, a body that is not JSON 400, a body over the limit 413', async () => {
  expect((await call('GET', '/nonsense')).status).toBe(404);
  const send = (body: string) =>
    fetch(`${crm.url}/api/3/contacts`, { method: 'POST', headers: { 'Api-Token': crm.token }, body });
  expect((await send('{"contact":')).status).toBe(400);
  expect((await send(`"${'x'.repeat(5_000_000)}"`)).status).toBe(413);
});
