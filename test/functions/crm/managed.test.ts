import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import { startTestTable, type TestTable } from '../../support/table.ts';

const SITE = 'shop';

type Modules = typeof import('../../../functions/crm/managed/client.ts') &
  typeof import('../../../functions/store/managed-contacts.ts') &
  typeof import('../../../functions/store/keys.ts') &
  typeof import('../../../functions/platform/aws.ts') &
  typeof import('../../../functions/store/table.ts');

let table: TestTable;
let modules: Modules;
let crm: InstanceType<Modules['ManagedContacts']>;
beforeAll(async () => {
  table = await startTestTable();
  modules = {
    ...(await import('../../../functions/crm/managed/client.ts')),
    ...(await import('../../../functions/store/managed-contacts.ts')),
    ...(await import('../../../functions/store/keys.ts')),
    ...(await import('../../../functions/platform/aws.ts')),
    ...(await import('../../../functions/store/table.ts')),
  };
  crm = new modules.ManagedContacts(SITE);
});
afterAll(() => table.stop());

const store = (id: string, data: Parameters<Modules['storeManagedContact']>[2]) =>
  modules.storeManagedContact(SITE, id, data);

const NOBODY = { email: '', firstName: '', lastName: '', phone: '', fields: {}, tags: [] };

test('a contact is read as it was stored, with everything that was never said empty', async () => {
  const data = { email: 'a@b.example', firstName: 'Ada', fields: { 'field: 1': 'x' }, tags: ['b', 'a'] };
  await store('1', data);
  const contact = await crm.readContact('1');
  expect(contact).toEqual({ ...NOBODY, ...data, id: '1', tags: expect.arrayContaining(['a', 'b']) });
  await store('2', { tags: [] });
  expect(await crm.readContact('2')).toEqual({ ...NOBODY, id: '2' });
});

test('what is said replaces, and what is not said stays', async () => {
  await store('3', { email: 'a@b.example', phone: '1', fields: { plan: 'basic', points: '5' }, tags: ['a'] });
  await store('3', { phone: '2', fields: { plan: '' } });
  expect(await crm.readContact('3')).toMatchObject({
    email: 'a@b.example',
    phone: '2',
    fields: { plan: '', points: '5' },
    tags: ['a'],
  });
  await store('3', { tags: [] });
  expect((await crm.readContact('3'))?.tags).toEqual([]);
});

test('nobody is found under an id that nobody spoke of, nor under that of another site', async () => {
  expect(await crm.readContact('unheard')).toBeUndefined();
  await store('4', { phone: '1' });
  expect(await new modules.ManagedContacts('other').readContact('4')).toBeUndefined();
});

test.each([0, 1, 100, 101, 250])(
  '%i contacts are read at once, and those that are missing left out',
  async (count) => {
    const ids = Array.from({ length: count }, (_, index) => `many-${index}`);
    await pMap(ids, (id) => store(id, { firstName: id }), { concurrency: 10 });
    const contacts = await crm.readContacts([...ids, 'missing', ...ids]);
    expect([...contacts.keys()].sort()).toEqual(ids.toSorted());
    for (const [id, { firstName }] of contacts) expect(firstName).toBe(id);
  },
);

test('fields that are written leave the others alone; a contact that is not there is no place to write', async () => {
  await store('5', { fields: { plan: 'basic' } });
  await crm.writeFields('5', { password: 'ünusual \u{1F511} "1"' });
  expect((await crm.readContact('5'))?.fields).toEqual({ plan: 'basic', password: 'ünusual \u{1F511} "1"' });
  await expect(crm.writeFields('missing', { plan: 'x' })).rejects.toMatchObject({ name: 'Rejected' });
  expect(await crm.readContact('missing')).toBeUndefined();
});

test('tags that many add and take away at once all count, and once', async () => {
  await store('6', { tags: ['gone', 'stays'] });
  const added = Array.from({ length: 20 }, (_, index) => `tag ${index}`);
  await Promise.all([...added, ...added].map((tag) => crm.addTags('6', [tag])));
  await Promise.all([crm.removeTags('6', ['gone', 'never there']), crm.addTags('6', [])]);
  expect((await crm.readContact('6'))?.tags.sort()).toEqual(['stays', ...added].sort());
});

test('a contact that is not there gets no tags, and loses none', async () => {
  await expect(crm.addTags('missing', ['a'])).rejects.toMatchObject({ name: 'Rejected' });
  await crm.removeTags('missing', ['a']);
  expect(await crm.readContact('missing')).toBeUndefined();
});

test('tags of many are added and taken away, twice, and who is not there is refused', async () => {
  const ids = Array.from({ length: 30 }, (_, index) => `tagged-${index}`);
  await pMap(ids, (id) => store(id, { tags: ['gone', 'stays'] }), { concurrency: 10 });
  for (let time = 1; time <= 2; time += 1) {
    const change = { add: ['new', 'other'], remove: ['gone', 'never there'] };
    const refused = await crm.changeTagsOfMany(['missing', ...ids, ...ids], change);
    expect([...refused].map(([id, { name }]) => [id, name])).toEqual([['missing', 'Rejected']]);
    for (const { id, tags } of (await crm.readContacts(ids)).values())
      expect([id, tags.toSorted()]).toEqual([id, ['new', 'other', 'stays']]);
  }
  expect(await crm.readContact('missing')).toBeUndefined();
  expect(await crm.changeTagsOfMany(ids, { add: [], remove: [] })).toEqual(new Map());
});

test('the last tag can be taken away, and another added again', async () => {
  await store('7', { tags: ['only'] });
  await crm.removeTags('7', ['only']);
  expect((await crm.readContact('7'))?.tags).toEqual([]);
  await crm.addTags('7', ['next']);
  expect((await crm.readContact('7'))?.tags).toEqual(['next']);
});

test('a person who is new gets the id that follows from the address, whatever its case', async () => {
  const person = { email: 'New@Example.com', firstName: 'New', lastName: '' };
  const id = await crm.upsertContact(person);
  expect(id).toMatch(/^e-[0-9a-f]{24}$/);
  expect(await crm.upsertContact({ ...person, email: 'new@example.COM', firstName: '' })).toBe(id);
  expect(await crm.readContact(id)).toMatchObject({ firstName: 'New', email: 'new@example.COM' });
});

test('a person who is a member already, under whatever id, is found by the address', async () => {
  await store('crm-77', { email: 'known@example.com', firstName: 'Known', lastName: 'Name' });
  const { PutCommand } = await import('@aws-sdk/lib-dynamodb');
  const emailKey = modules.emailIndexKey(SITE, 'Known@example.com');
  await modules.dynamo.send(
    new PutCommand({ ...modules.inTable(), Item: { ...modules.memberKey(SITE, 'crm-77'), emailKey } }),
  );
  expect(await crm.upsertContact({ email: 'KNOWN@example.com', firstName: '', lastName: 'New' })).toBe(
    'crm-77',
  );
  expect(await crm.readContact('crm-77')).toMatchObject({ firstName: 'Known', lastName: 'New' });
});

test('there is nothing to ask for changes, and no automation to start', async () => {
  expect(await crm.changedSince()).toEqual({ changes: [] });
  await expect(crm.startAutomation()).rejects.toMatchObject({ name: 'Rejected' });
});
