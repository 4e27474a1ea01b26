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
  crm.seedContacts(2);
});
afterEach(() => crm.close());

test('a tag is added once; adding it again gives the same relation', async () => {
  const added = await call('POST', '/contactTags', { contactTag: { contact: 1, tag: '20' } });
  expect(added).toMatchObject({ status: 201, body: { contactTag: { contact: '1', tag: '20' } } });
  const again = await call('POST', '/contactTags', { contactTag: { contact: '1', tag: 20 } });
  expect(again.status).toBe(200);
  expect(again.body.contactTag.id).toBe(added.body.contactTag.id);
  expect(crm.contacts.get('1')?.tags.filter((tag) => tag === 'Cohort 2026')).toHaveLength(1);
});

test('a tag is removed by the id of its relation, which the contact’s list tells', async () => {
  crm.contacts.addTag('1', '20');
  const { body } = await call('GET', '/contacts/1/contactTags');
  const relation = body.contactTags.find((contactTag: { tag: string }) => contactTag.tag === '20');
  expect(await call('DELETE', `/contactTags/${relation.id}`)).toMatchObject({ status: 200, body: {} });
  expect(crm.contacts.get('1')?.tagIds).not.toContain('20');
  expect(await call('DELETE', `/contactTags/${relation.id}`)).toMatchObject({
    status: 404,
    body: { message: `No Result found for SubscriberTag with id ${relation.id}` },
  });
});

test('contactTags refuses what is missing, as the vendor documents it', async () => {
  expect(await call('POST', '/contactTags', { contactTag: { tag: '20' } })).toMatchObject({
    status: 422,
    body: {
      errors: [{ status: 422, title: 'Missing attribute', source: { pointer: '/data/attributes/contact' } }],
    },
  });
  expect(await call('POST', '/contactTags', { contactTag: { contact: '99', tag: '20' } })).toMatchObject({
    status: 404,
    body: { errors: [{ status: 404, title: 'Not Found', detail: 'Contact not found' }] },
  });
  expect((await call('POST', '/contactTags', { contactTag: { contact: '1', tag: '999' } })).status).toBe(404);
});

test('tags are paged by 100 and searched by a part of their name', async () => {
  for (let number = 1; number <= 110; number += 1) crm.contacts.addTag('1', `Bulk ${number}`);
  const first = (await call('GET', '/tags?limit=1000')).body;
  const second = (await call('GET', '/tags?limit=100&offset=100')).body;
  expect(first.tags).toHaveLength(100);
  expect(String(first.tags.length + second.tags.length)).toBe(first.meta.total);
  const found = (await call('GET', '/tags?search=cohort')).body;
  expect(found).toMatchObject({ tags: [{ id: '20', tag: 'Cohort 2026' }], meta: { total: '1' } });
});

test('a tag is made once, and one tag tells how many contacts have it', async () => {
  const made = await call('POST', '/tags', { tag: { tag: 'Fresh', tagType: 'contact', description: 'New' } });
  expect(made).toMatchObject({
    status: 201,
    body: { tag: { tag: 'Fresh', description: 'New', tagType: 'contact' } },
  });
  expect((await call('POST', '/tags', { tag: { tag: 'fresh', tagType: 'contact' } })).status).toBe(422);
  crm.contacts.addTag('1', 'Fresh');
  expect((await call('GET', `/tags/${made.body.tag.id}`)).body.tag.subscriber_count).toBe('1');
  expect((await call('GET', '/tags/999')).body).toEqual({ message: 'No Result found for Tag with id 999' });
});

test('the account has its fields under their known ids', async () => {
  const { body } = await call('GET', '/fields?limit=100');
  const titles = Object.fromEntries(
    body.fields.map((field: { id: string; title: string }) => [field.id, field.title]),
  );
  expect(titles).toEqual({ 3: 'Points', 5: 'Plan', 7: 'Password', 10: 'Last lesson', 11: 'Coupon' });
  expect(body).toMatchObject({ fieldOptions: [], fieldRels: [], meta: { total: '5' } });
  expect((await call('GET', '/fields?filters[perstag]=PASSWORD')).body.fields).toMatchObject([
    { id: '7', perstag: 'PASSWORD' },
  ]);
});

test('a field value is written by POST and PUT and read back as a string', async () => {
  const posted = await call('POST', '/fieldValues', { fieldValue: { contact: 1, field: 7, value: 'one' } });
  expect(posted).toMatchObject({
    status: 200,
    body: { contacts: [{ id: '1' }], fieldValue: { contact: 1, field: 7, owner: 1, value: 'one' } },
  });
  const { id } = posted.body.fieldValue;
  const put = await call('PUT', `/fieldValues/${id}`, { fieldValue: { contact: 1, field: 7, value: 'two' } });
  expect(put.body.fieldValue).toMatchObject({ id, value: 'two' });
  expect((await call('GET', `/fieldValues/${id}`)).body.fieldValue).toMatchObject({
    contact: '1',
    field: '7',
    value: 'two',
  });
  expect((await call('GET', '/fieldValues?filters[fieldid]=7')).body).toMatchObject({
    fieldValues: [{ contact: '1', value: 'two' }],
    meta: { total: '1' },
  });
  expect((await call('GET', '/contacts/1/fieldValues')).body.fieldValues).toHaveLength(3);
});

test('a value is not moved to another contact or field by PUT', async () => {
  const { id } = (await call('GET', '/contacts/1/fieldValues')).body.fieldValues[0];
  expect(
    (await call('PUT', `/fieldValues/${id}`, { fieldValue: { contact: 2, field: 3, value: 'x' } })).status,
  ).toBe(422);
});

test('a value that is longer than a field is a 422, whichever way it comes', async () => {
  const value = 'x'.repeat(16_384);
  const contact = { email: 'long@example.com', fieldValues: [{ field: '5', value }] };
  for (const [method, path, body] of [
    ['POST', '/fieldValues', { fieldValue: { contact: 1, field: 5, value } }],
    ['PUT', '/contacts/1', { contact }],
    ['POST', '/contact/sync', { contact }],
  ] as const)
    expect([path, (await call(method, path, body)).status]).toEqual([path, 422]);
  const fieldValue = { contact: 1, field: 5, value: value.slice(1) };
  expect((await call('POST', '/fieldValues', { fieldValue })).status).toBe(200);
});

test('an automation is started for a contact', async () => {
  const started = await call('POST', '/contactAutomations', {
    contactAutomation: { contact: '1', automation: '22' },
  });
  expect(started).toMatchObject({
    status: 201,
    body: { contacts: [{ id: '1' }], contactAutomation: { contact: '1', automation: '22', seriesid: '22' } },
  });
  expect(crm.contacts.get('1')?.automations).toEqual(['22']);
  expect((await call('GET', '/contacts/1/contactAutomations')).body.contactAutomations).toHaveLength(1);
});

test('seeding gives the same plausible contacts every time', async () => {
  const other = await startActiveCampaign();
  try {
    other.seedContacts(2);
    expect(other.contacts.all()).toEqual(crm.contacts.all());
    expect(other.contacts.get('1')).toMatchObject({
      email: 'ada.adler.1@example.com',
      fields: { 5: 'premium' },
    });
    expect(new Set(other.seedContacts(500)).size).toBe(500);
    expect(new Set(other.contacts.all().map((contact) => contact.email)).size).toBe(502);
    expect(
      other.contacts.all().some((contact) => '7' in contact.fields || contact.tagIds.includes('9')),
    ).toBe(false);
  } finally {
    await other.close();
  }
});
