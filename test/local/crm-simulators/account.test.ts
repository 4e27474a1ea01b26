import { beforeEach, expect, test } from '@jest/globals';
import { Account } from '../../../local/crm-simulators/account/account.ts';
import { ContactsAccess } from '../../../local/crm-simulators/account/contacts-access.ts';
import type { Change } from '../../../local/crm-simulators/account/records.ts';
import { handClock } from './support.ts';

let clock: ReturnType<typeof handClock>;
let account: Account;
let contacts: ContactsAccess;
let changes: Pick<Change, 'type' | 'source'>[];

const open = (keepsDeleted: boolean): void => {
  clock = handClock();
  account = new Account(clock.now, { keepsDeleted });
  contacts = new ContactsAccess(account);
  changes = [];
  account.onChange(({ type, source }) => changes.push({ type, source }));
};
beforeEach(() => open(true));

test('of merged contacts the winner has the tags of both and the loser’s values where its own are empty', () => {
  const loser = contacts.create({
    email: 'old@example.com',
    firstName: 'Ada',
    phone: '+1 555-0100',
    fields: { points: '5', plan: 'basic' },
  }).id;
  const winner = contacts.create({
    email: 'new@example.com',
    firstName: 'Adele',
    fields: { points: '70', plan: '' },
  }).id;
  contacts.addTag(loser, 'Customer');
  contacts.addTag(loser, 'Newsletter');
  contacts.addTag(winner, 'Newsletter');
  changes = [];

  contacts.merge(loser, winner);

  expect(contacts.get(loser)).toBeUndefined();
  expect(contacts.byEmail('old@example.com')).toBeUndefined();
  expect(contacts.all()).toMatchObject([
    {
      ...{ id: winner, email: 'new@example.com', firstName: 'Adele', phone: '+1 555-0100' },
      tags: ['Newsletter', 'Customer'],
      fields: { points: '70', plan: 'basic' },
    },
  ]);
  expect(changes).toEqual([
    { type: 'deleted', source: 'admin' },
    { type: 'edited', source: 'admin' },
  ]);
});

test('a tag that came by a merge is found and removed at the winner', () => {
  const [loser, winner] = [contacts.create({ email: 'a@x.de' }).id, contacts.create({ email: 'b@x.de' }).id];
  contacts.addTag(loser, 'Customer');
  const relation = account.contact(loser)?.contactTags[0]?.id ?? '';
  contacts.merge(loser, winner);
  expect(account.contactOfTag(relation)?.id).toBe(winner);
  contacts.removeTag(winner, 'Customer');
  expect(contacts.get(winner)?.tags).toEqual([]);
});

test('a contact is not merged with itself, and only with one that exists', () => {
  const { id } = contacts.create({ email: 'a@example.com' });
  expect(() => contacts.merge(id, id)).toThrow('cannot be merged with itself');
  expect(() => contacts.merge(id, '99')).toThrow('no contact 99');
  expect(contacts.count).toBe(1);
});

test('a deleted contact stays under another address, or is gone, as the CRM has it', () => {
  contacts.create({ email: 'a@example.com' });
  contacts.remove('1');
  expect(contacts.get('1')).toMatchObject({ deleted: true, email: 'deleted+1@example.com' });

  open(false);
  contacts.create({ email: 'a@example.com' });
  clock.advance(1000);
  contacts.remove('1');
  expect(contacts.get('1')).toBeUndefined();
  expect(account.contact('1', clock.now() - 1)).toMatchObject({ email: 'a@example.com' });
  expect(JSON.stringify(account)).not.toContain('a@example.com');
  expect(contacts.create({ email: 'a@example.com' }).id).toBe('2');
  expect(changes.map(({ type }) => type)).toEqual(['created', 'deleted', 'created']);
});

test('of contacts with one address the oldest is found by it, whichever was changed last', () => {
  for (const firstName of ['First', 'Second']) contacts.create({ email: 'same@example.com', firstName });
  contacts.edit('1', { phone: '1' });
  expect(contacts.byEmail('SAME@example.com')?.firstName).toBe('First');
  contacts.edit('1', { email: 'other@example.com' });
  expect(contacts.byEmail('same@example.com')?.firstName).toBe('Second');
  contacts.remove('2');
  expect(contacts.byEmail('same@example.com')).toBeUndefined();
});
