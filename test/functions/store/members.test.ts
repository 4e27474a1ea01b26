import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Account, MemberItem } from '../../../functions/store/members.ts';
import type { SiteEvent } from '../../../functions/store/site-events.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/store/members.ts'),
    import('../../../functions/store/members-by-email.ts'),
    import('../../../functions/store/members-of-site.ts'),
    import('../../../functions/store/flags.ts'),
    import('../../../functions/store/site-events.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const SITE = 'academy';
const NOW = '2026-11-27T01:02:03.000Z';
const ACCOUNT: Account = { passwordHash: 'h', passwordFrom: 'generated', createdBy: 'w1', createdAt: NOW };
let contacts = 0;
const newContact = () => String(++contacts);
const change = (contactId: string, was: MemberItem | undefined, changes: Partial<MemberItem>) =>
  store.changeMemberItem(SITE, contactId, was, changes, []);
const event = (contactId: string): SiteEvent => ({
  ...{ id: '01A', site: SITE, contactId, at: NOW },
  ...{ type: 'member.synced', data: {}, recordDays: 30 },
});
const eventsOf = async (contactId: string) =>
  (await store.undeliveredUpTo(event(contactId), { anew: false })).length;

test('a member is changed on what was read only, and each change counts', async () => {
  const contactId = newContact();
  expect(await store.readMember(SITE, contactId)).toBeUndefined();
  expect(await change(contactId, undefined, { firstName: 'Ada', phone: '1' })).toBe(true);
  expect(await change(contactId, undefined, { firstName: 'Eve' })).toBe(false);
  const first = await store.readMember(SITE, contactId);
  expect(first).toMatchObject({ firstName: 'Ada', phone: '1', revision: 1 });
  expect(await change(contactId, first, { phone: undefined, lastName: 'Lovelace' })).toBe(true);
  expect(await change(contactId, first, { lastName: 'Eve' })).toBe(false);
  const second = await store.readMember(SITE, contactId);
  expect(second).toMatchObject({ firstName: 'Ada', lastName: 'Lovelace', revision: 2 });
  expect(second).not.toHaveProperty('phone');
});

test('a member in the making, which has a seed alone, is changed as if it were new', async () => {
  const contactId = newContact();
  await store.fixPasswordSeed(SITE, contactId, 'bits');
  const was = await store.readMember(SITE, contactId);
  expect(await change(contactId, was, { firstName: 'Ada' })).toBe(true);
  expect(await store.readMember(SITE, contactId)).toMatchObject({ passwordSeed: 'bits', revision: 1 });
});

test('a change and the events that tell of it are written together, or none of them', async () => {
  const contactId = newContact();
  const tell = () => store.changeMemberItem(SITE, contactId, undefined, {}, [event(contactId)]);
  expect(await tell()).toBe(true);
  expect(await eventsOf(contactId)).toBe(1);
  const other = newContact();
  await change(other, undefined, {});
  expect(await store.changeMemberItem(SITE, other, undefined, {}, [event(other)])).toBe(false);
  expect(await eventsOf(other)).toBe(0);
});

test('a change and what else belongs to it are written together, or none of them', async () => {
  const contactId = newContact();
  const { inTable } = await import('../../../functions/store/table.ts');
  const refused = {
    Delete: { ...inTable(), Key: { pk: 'none', sk: 'none' }, ConditionExpression: 'attribute_exists(pk)' },
  };
  expect(await store.changeMemberItem(SITE, contactId, undefined, {}, [], [refused])).toBe(false);
  expect(await store.readMember(SITE, contactId)).toBeUndefined();
});

test('a member is found by its address, whatever its case, until it has another or none', async () => {
  const contactId = newContact();
  await change(contactId, undefined, { email: 'Ada@Example.com' });
  expect(await store.contactIdsByEmail(SITE, ' ada@example.com')).toEqual([contactId]);
  expect(await store.contactIdsByEmail('legacy', 'ada@example.com')).toEqual([]);
  await change(contactId, { revision: 1 }, { firstName: 'Ada' }); // says nothing of the address
  expect(await store.contactIdsByEmail(SITE, 'ada@example.com')).toEqual([contactId]);
  await change(contactId, { revision: 2 }, { email: 'lovelace@example.com' });
  expect(await store.contactIdsByEmail(SITE, 'ada@example.com')).toEqual([]);
  await change(contactId, { revision: 3 }, { email: '' });
  expect(await store.contactIdsByEmail(SITE, 'lovelace@example.com')).toEqual([]);
});

test('of one address the members come in the order of their ids', async () => {
  for (const contactId of ['z9', 'z1', 'z5'])
    await change(contactId, undefined, { email: 'many@example.com' });
  expect(await store.contactIdsByEmail(SITE, 'many@example.com')).toEqual(['z1', 'z5', 'z9']);
});

test('all members of a site come, page after page, each once, and no other site’s', async () => {
  const ids = Array.from({ length: 110 }, (_, n) => `0${String.fromCharCode(256 + 8 * n)}`); // of one shard
  for (const id of [...ids, 'a', 'b', 'c'])
    await store.changeMemberItem('many', id, undefined, { phone: id }, []);
  const pages = [];
  for await (const page of store.membersOfSite('many')) pages.push(page);
  expect(pages.every(({ size }) => size > 0 && size <= 100)).toBe(true);
  const found = pages.flatMap((page) => [...page]);
  expect(found.map(([id]) => id).sort()).toEqual([...ids, 'a', 'b', 'c'].sort());
  expect(found.every(([id, { phone }]) => phone === id)).toBe(true);
});

test('members are read together, and those who are none are left out', async () => {
  const [one, other] = [newContact(), newContact()];
  await change(one, undefined, { phone: '1' });
  await change(other, undefined, { phone: '2' });
  const found = await store.readMembers(SITE, [one, other, 'nobody']);
  expect([...found.keys()].sort()).toEqual([one, other].sort());
  expect(found.get(other)).toMatchObject({ phone: '2' });
});

test('the first seed of a password stays, until there is an account', async () => {
  const contactId = newContact();
  expect(await store.fixPasswordSeed(SITE, contactId, 'first')).toBe('first');
  expect(await store.fixPasswordSeed(SITE, contactId, 'second')).toBe('first');
  expect(await store.createAccount(SITE, contactId, ACCOUNT, [])).toBe(true);
  expect(await store.readMember(SITE, contactId)).not.toHaveProperty('passwordSeed');
});

test('an account is created once, and told once', async () => {
  const contactId = newContact();
  expect(await store.createAccount(SITE, contactId, ACCOUNT, [event(contactId)])).toBe(true);
  const other = { ...ACCOUNT, passwordHash: 'other' };
  expect(await store.createAccount(SITE, contactId, other, [{ ...event(contactId), id: '00Z' }], ['9'])).toBe(
    false,
  );
  expect((await store.readMember(SITE, contactId))?.account).toEqual(ACCOUNT);
  expect(await store.readMember(SITE, contactId)).not.toHaveProperty('tagsDue');
  expect(await eventsOf(contactId)).toBe(1);
});

test('an account that comes by an import notes the tags that are due', async () => {
  const contactId = newContact();
  await store.createAccount(SITE, contactId, ACCOUNT, [], ['9', '12']);
  expect(await store.readMember(SITE, contactId)).toMatchObject({ account: ACCOUNT, tagsDue: ['9', '12'] });
});

test('an account moves to the contact that its own was merged into, which tells where it went', async () => {
  const [from, to] = [newContact(), newContact()];
  await store.createAccount(SITE, from, ACCOUNT, []);
  await store.fixPasswordSeed(SITE, to, 'bits');
  expect(await store.moveAccount(SITE, from, to, ACCOUNT)).toBe(true);
  expect(await store.readMember(SITE, from)).toMatchObject({ mergedInto: to });
  expect(await store.readMember(SITE, from)).not.toHaveProperty('account');
  expect(await store.readMember(SITE, to)).toEqual({ pk: `${SITE}#${to}`, sk: 'member', account: ACCOUNT });
  expect(await store.moveAccount(SITE, from, to, ACCOUNT)).toBe(false);
  // It may come back, and is told no more to be elsewhere.
  expect(await store.moveAccount(SITE, to, from, ACCOUNT)).toBe(true);
  expect(await store.readMember(SITE, from)).not.toHaveProperty('mergedInto');
});

test('an account does not move over another one, nor where it is not the one that was seen', async () => {
  const [from, to] = [newContact(), newContact()];
  await store.createAccount(SITE, from, ACCOUNT, []);
  expect(await store.moveAccount(SITE, from, to, { ...ACCOUNT, createdBy: 'w2' })).toBe(false);
  await store.createAccount(SITE, to, { ...ACCOUNT, createdBy: 'w3' }, []);
  expect(await store.moveAccount(SITE, from, to, ACCOUNT)).toBe(false);
  expect(await store.readMember(SITE, from)).toMatchObject({ account: ACCOUNT });
});

test('a flag and a member are told apart where both are read, and where one is missing', async () => {
  const contactId = newContact();
  expect(await store.readFlagAndMember(SITE, contactId)).toEqual({ flagItem: undefined, member: undefined });
  await store.raiseFlag(SITE, contactId, NOW);
  const flagged = await store.readFlagAndMember(SITE, contactId);
  expect([flagged.flagItem?.requestedVersion, flagged.member]).toEqual([1, undefined]);
  await change(contactId, undefined, { phone: '1' });
  const both = await store.readFlagAndMember(SITE, contactId);
  expect([both.flagItem?.requestedVersion, both.member?.phone]).toEqual([1, '1']);
});
