import { expect, test } from '@jest/globals';
import * as keys from '../../../functions/store/keys.ts';

const WEBHOOK = { site: 'academy', contactId: '7', id: '01M8' };
const EMAIL = ' Ada@Example.com';

/** By what stands in it, each key as it lies in the tables of those who have deployed Latchkey. */
const KEYS: Record<string, [unknown, unknown]> = {
  'a flag': [keys.flagKey('academy', '7'), { pk: 'academy#7', sk: 'flag' }],
  'a member': [keys.memberKey('academy', '7'), { pk: 'academy#7', sk: 'member' }],
  'a webhook': [keys.webhookKey(WEBHOOK), { pk: 'academy#7', sk: 'webhook#01M8' }],
  'an event for the site': [keys.siteEventKey(WEBHOOK), { pk: 'academy#7', sk: 'event#01M8' }],
  'a claim': [keys.claimKey({ ...WEBHOOK, identity: 'ab12' }), { pk: 'academy#7', sk: 'claim#ab12' }],
  'the last relayed event': [keys.relayedEventKey('academy', '7'), { pk: 'academy#7', sk: 'relayed-event' }],
  'a managed contact': [keys.managedContactKey('academy', '7'), { pk: 'academy#7', sk: 'contact' }],
  'a team': [keys.teamKey('academy', 't1'), { pk: 'team#academy#t1', sk: 'team' }],
  'somebody in a team': [keys.personKey('academy', 't1', '7'), { pk: 'team#academy#t1', sk: 'person#7' }],
  'somebody who left a team': [
    keys.formerKey('academy', 't1', '2026-11-27T01:02:03.000Z', '7'),
    { pk: 'team#academy#t1', sk: 'former#2026-11-27T01:02:03.000Z#7' },
  ],
  'a place in a program': [keys.placeKey('academy', '7', 'crew'), { pk: 'academy#7', sk: 'place#crew' }],
  'a payment link': [
    keys.paymentLinkKey('academy', 'stripe', 'sub_1'),
    { pk: 'payment#academy#stripe#sub_1', sk: 'link' },
  ],
  'a pace': [keys.paceKey('crm.example'), { pk: 'pace#crm.example', sk: 'pace' }],
  'a gate': [keys.gateKey('academy'), { pk: 'gate#academy', sk: 'gate' }],
  'a CRM account': [keys.crmAccountKey('academy'), { pk: 'account#academy', sk: 'account' }],
  'a cursor': [keys.reconcileKey('academy'), { pk: 'reconcile#academy', sk: 'cursor' }],
  'a token': [keys.tokenKey('ab12'), { pk: 'token#ab12', sk: 'token' }],
  'tries to log in': [keys.attemptsKey('ab12'), { pk: 'attempts#ab12', sk: 'attempts' }],
  'an address': [keys.emailIndexKey('academy', EMAIL), 'academy#ada@example.com'],
  // The shard is the sum of the id's characters: 48 + 49 + 77 + 56 = 230, and 230 mod 8 = 6.
  'a pending job': [keys.pendingJobs('01M8'), 'jobs#6'],
  'a pending event': [keys.pendingSiteEvents('01M8'), 'events#6'],
  'a pending member': [keys.pendingMembers('academy', '01M8'), 'members#academy#6'],
  'a member of a site': [keys.siteIndexKey('academy', '01M8'), 'site#academy#6'],
  'the log': [keys.logKey('academy', '01M8'), 'log#academy#6'],
  'the log of a command': [keys.commandLogKey('academy', 'aal_genpass', '01M8'), 'log#academy#aal_genpass#6'],
  'the log of an outcome': [keys.outcomeLogKey('academy', 'failed', '01M8'), 'log#academy#failed#6'],
};

test.each(Object.entries(KEYS))('%s is found under the key that it has always had', (_, [key, known]) => {
  expect(key).toEqual(known);
});

const EVERY_SHARD = [0, 1, 2, 3, 4, 5, 6, 7];

test.each([
  ['members of a site', keys.allSiteIndexKeys('academy'), 'site#academy'],
  ['members that need a sync', keys.allPendingMembers('academy'), 'members#academy'],
  ['pending jobs', keys.allPendingJobs, 'jobs'],
  ['pending events', keys.allPendingSiteEvents, 'events'],
  ['a log', keys.allLogKeys('academy'), 'log#academy'],
  ['a log of a command', keys.allLogKeys('academy', 'aal_genpass'), 'log#academy#aal_genpass'],
])('%s are looked for in every shard', (_, all, key) => {
  expect(all).toEqual(EVERY_SHARD.map((shard) => `${key}#${shard}`));
});

test('the contact of a partition is what follows its site', () => {
  expect(keys.contactIdIn(keys.contactPk('academy', 'e-1#2'), 'academy')).toBe('e-1#2');
});

test('an address means one managed contact, however it is written', () => {
  const id = keys.contactIdOfEmail('ada@example.com');
  expect(id).toMatch(/^e-[0-9a-f]{24}$/);
  expect(keys.contactIdOfEmail(' ADA@example.com ')).toBe(id);
  expect(keys.contactIdOfEmail('ada@example.org')).not.toBe(id);
  // Of the SHA-256 of the address: an id that changed would make a second contact of everybody.
  expect(id).toBe('e-b5fc85e55755f9e0d030a10a');
});

test('where the sort keys of a team and of places begin', () => {
  expect([keys.PERSON, keys.FORMER, keys.PLACE]).toEqual(['person#', 'former#', 'place#']);
});
