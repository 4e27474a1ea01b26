import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { keapClientOf } from './support.ts';

let crm: KeapSimulator;
let call: ReturnType<typeof keapClientOf>;

beforeEach(async () => {
  crm = await startKeap({ requestsPerSecond: 1000 });
  call = keapClientOf(crm);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

const tagsOf = (id: string): string[] => crm.contacts.get(id)?.tagIds ?? [];

test('a contact gets several tags in one request; one that it has is no error', async () => {
  const applied = await call('POST', '/v1/contacts/1/tags', { tagIds: [9, 20, 1, 999] });
  expect(applied).toMatchObject({
    status: 200,
    body: [{ 9: 'SUCCESS' }, { 20: 'SUCCESS' }, { 1: 'DUPLICATE' }, { 999: 'FAILURE' }],
  });
  expect(tagsOf('1')).toEqual(expect.arrayContaining(['1', '9', '20']));
  expect(tagsOf('1')).not.toContain('999');
});

test('tags are taken from a contact, one or several, and what is not there is no error', async () => {
  await call('POST', '/v1/contacts/1/tags', { tagIds: [9, 12, 20] });
  expect((await call('DELETE', '/v1/contacts/1/tags?ids=9,20,21')).status).toBe(204);
  expect(tagsOf('1')).not.toEqual(expect.arrayContaining(['9']));
  expect(tagsOf('1')).toContain('12');
  expect((await call('DELETE', '/v1/contacts/1/tags/12')).status).toBe(204);
  expect(tagsOf('1')).not.toContain('12');
});

test('many contacts get or lose a tag in one request', async () => {
  expect(await call('POST', '/v1/tags/20/contacts', { ids: [1, 3, 99] })).toMatchObject({
    status: 200,
    body: [{ 1: 'SUCCESS' }, { 3: 'SUCCESS' }, { 99: 'FAILURE' }],
  });
  expect([tagsOf('1'), tagsOf('2'), tagsOf('3')].map((tags) => tags.includes('20'))).toEqual([
    true,
    false,
    true,
  ]);
  expect((await call('DELETE', '/v1/tags/20/contacts?ids=1&ids=3')).status).toBe(204);
  expect(tagsOf('1')).not.toContain('20');
});

test('API v2 applies and removes a tag too', async () => {
  const contact_ids = ['1', '2'];
  expect(await call('POST', '/v2/tags/20/contacts:applyTags', { contact_ids })).toMatchObject({
    status: 200,
    body: { results: { 1: 'SUCCESS', 2: 'SUCCESS' } },
  });
  expect((await call('POST', '/v2/tags/20/contacts:removeTags', { contact_ids: ['1'] })).status).toBe(204);
  expect(tagsOf('1')).not.toContain('20');
  expect(tagsOf('2')).toContain('20');
});

test('a tag or contact that does not exist is 404, a body without ids 400', async () => {
  expect((await call('POST', '/v1/contacts/99/tags', { tagIds: [20] })).status).toBe(404);
  expect((await call('POST', '/v1/tags/999/contacts', { ids: [1] })).status).toBe(404);
  expect((await call('POST', '/v2/tags/999/contacts:applyTags', { contact_ids: ['1'] })).status).toBe(404);
  expect((await call('DELETE', '/v1/contacts/99/tags?ids=1')).status).toBe(404);
  expect((await call('POST', '/v1/contacts/1/tags', {})).status).toBe(400);
  expect((await call('POST', '/v1/tags/20/contacts', { ids: [] })).status).toBe(400);
  expect((await call('DELETE', '/v1/contacts/1/tags')).status).toBe(400);
});

test('tags are listed in pages and found by name', async () => {
  const first = (await call('GET', '/v2/tags?page_size=5')).body;
  expect(first.tags).toHaveLength(5);
  const second = (await call('GET', `/v2/tags?page_size=5&page_token=${first.next_page_token}`)).body;
  expect(second.tags).toHaveLength(5);
  const found = await call('GET', `/v2/tags?filter=${encodeURIComponent('name==Cohort 2026')}`);
  expect(found.body).toMatchObject({ tags: [{ id: '20', name: 'Cohort 2026' }] });
});

test('contacts are put into a sequence once, and each has its result', async () => {
  const add = (contact_ids: string[]) =>
    call('POST', '/v2/campaigns/12/sequences/34:addContacts', { contact_ids });
  expect(await add(['1', '99'])).toMatchObject({
    status: 200,
    body: { add_to_sequence_results: { 1: 'SUCCESS', 99: 'CONTACT_DOES_NOT_EXIST' } },
  });
  expect((await add(['1', '2'])).body.add_to_sequence_results).toEqual({
    1: 'ALREADY_IN_SEQUENCE',
    2: 'SUCCESS',
  });
  expect(crm.contacts.get('1')?.automations).toEqual(['12:34']);
  expect(crm.requests.byRoute).toEqual({ 'POST /v2/campaigns/{id}/sequences/{sequence_id}:addContacts': 2 });
  const automation = await call('POST', '/v2/automations/12/sequences/35:addContacts', {
    contact_ids: ['1'],
  });
  expect(automation.body).toEqual({ add_to_automation_sequence_results: { 1: 'SUCCESS' } });
  for (const sequence of ['34:removeContacts', '3412345678901'])
    expect(
      (await call('POST', `/v2/campaigns/12/sequences/${sequence}`, { contact_ids: ['1'] })).status,
    ).toBe(404);
});

test('a tag that was applied can have another word, since the documents name none', async () => {
  crm.faults.wordOfSuccess = 'APPLIED';
  expect((await call('POST', '/v1/tags/20/contacts', { ids: [1] })).body).toEqual([{ 1: 'APPLIED' }]);
  crm.faults.clear();
  expect((await call('POST', '/v1/tags/20/contacts', { ids: [2] })).body).toEqual([{ 2: 'SUCCESS' }]);
});

test('one contact who is not there can spoil the list, and then nobody is changed', async () => {
  crm.faults.missingSpoilLists = true;
  expect((await call('POST', '/v1/tags/20/contacts', { ids: [1, 99] })).status).toBe(404);
  expect(tagsOf('1')).not.toContain('20');
  expect((await call('DELETE', '/v1/tags/1/contacts?ids=1,99')).status).toBe(404);
  expect(tagsOf('1')).toContain('1');
  crm.faults.clear();
  expect((await call('DELETE', '/v1/tags/1/contacts?ids=1,99')).status).toBe(204);
  expect(tagsOf('1')).not.toContain('1');
});
