import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

const load = () =>
  together(
    import('../../../functions/store/managed-contacts.ts'),
    import('../../../functions/store/webhook-log.ts'),
    import('../../../functions/store/webhooks.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const SITE = 'managed';
const read = async (id: string) => (await store.readManagedContacts(SITE, [id]))[0];
const NOTHING = { email: '', firstName: '', lastName: '', phone: '', fields: {}, tags: [] };

test('what was said of a contact is added to what was said before', async () => {
  expect(await read('1')).toBeUndefined();
  await store.storeManagedContact(SITE, '1', { email: 'ada@example.com', fields: { plan: 'Gold' } });
  expect(await read('1')).toEqual({
    ...NOTHING,
    id: '1',
    email: 'ada@example.com',
    fields: { plan: 'Gold' },
  });
  await store.storeManagedContact(SITE, '1', {
    ...{ firstName: 'Ada', lastName: 'Lovelace', phone: '12' },
    ...{ fields: { 'odd name.[0]': '7' }, tags: ['a', 'b'] },
  });
  const contact = await read('1');
  expect({ ...contact, tags: contact?.tags.toSorted() }).toEqual({
    ...{ id: '1', email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', phone: '12' },
    ...{ fields: { plan: 'Gold', 'odd name.[0]': '7' }, tags: ['a', 'b'] },
  });
});

test('tags that were said are all that it has from then on; of none there are none', async () => {
  await store.storeManagedContact(SITE, '2', { tags: ['a', 'b'] });
  await store.storeManagedContact(SITE, '2', { tags: ['c'] });
  expect((await read('2'))?.tags).toEqual(['c']);
  await store.storeManagedContact(SITE, '2', { phone: '1' });
  expect((await read('2'))?.tags).toEqual(['c']);
  await store.storeManagedContact(SITE, '2', { tags: [] });
  expect((await read('2'))?.tags).toEqual([]);
});

test('contacts are read together, each once, and those that nobody spoke of are left out', async () => {
  await store.storeManagedContact(SITE, '3', {});
  await store.storeManagedContact(SITE, '4', {});
  const contacts = await store.readManagedContacts(SITE, ['3', '4', '3', 'nobody']);
  expect(contacts.map(({ id }) => id).sort()).toEqual(['3', '4']);
});

test('fields and tags are changed of contacts that are there, each by itself', async () => {
  await store.storeManagedContact(SITE, '5', { fields: { plan: 'Gold' }, tags: ['a'] });
  expect(await store.writeManagedFields(SITE, '5', { points: '10' })).toBe(true);
  expect(await store.changeManagedTags(SITE, '5', 'ADD', ['b', 'c'])).toBe(true);
  expect(await store.changeManagedTags(SITE, '5', 'DELETE', ['a', 'none'])).toBe(true);
  const contact = await read('5');
  expect(contact?.fields).toEqual({ plan: 'Gold', points: '10' });
  expect(contact?.tags.toSorted()).toEqual(['b', 'c']);
});

test('a change makes no contact of one that is not there', async () => {
  expect(await store.writeManagedFields(SITE, 'nobody', { points: '10' })).toBe(false);
  expect(await store.changeManagedTags(SITE, 'nobody', 'ADD', ['b'])).toBe(false);
  expect(await read('nobody')).toBeUndefined();
});

test('what a webhook said of its contact takes effect once, and leaves the record', async () => {
  const contact = { email: 'ada@example.com' };
  const webhook = webhookOf('6', '01A', { site: SITE, secrets: { contact, default_pass: 'x' } });
  await store.recordWebhook(webhook, QUEUED);
  await store.storeSentContact(webhook, contact);
  expect(await read('6')).toMatchObject(contact);
  expect((await store.readRecord(SITE, '6', '01A'))?.secrets).toEqual({ default_pass: 'x' });

  await store.storeManagedContact(SITE, '6', { email: 'lovelace@example.com' });
  await store.storeSentContact(webhook, contact); // an attempt that does not know of the first
  expect(await read('6')).toMatchObject({ email: 'lovelace@example.com' });
});

test('when a contact changed last is kept with it', async () => {
  const { readItem } = await import('../../../functions/store/table.ts');
  const { managedContactKey } = await import('../../../functions/store/keys.ts');
  const before = new Date().toISOString();
  await store.storeManagedContact(SITE, '7', {});
  const { changedAt = '' } = (await readItem<{ changedAt: string }>(managedContactKey(SITE, '7'))) ?? {};
  expect(changedAt >= before && changedAt <= new Date().toISOString()).toBe(true);
});
