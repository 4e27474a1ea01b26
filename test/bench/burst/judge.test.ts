import { expect, test } from '@jest/globals';
import { judge } from '../../../bench/burst/judge.ts';
import type { Found, FoundContact } from '../../../bench/burst/look.ts';
import type { Kind } from '../../../bench/burst/webhooks.ts';

type Sent = Parameters<typeof judge>[0][number];

const CONTACT = 'a-site#7';

/** Webhooks of one contact, with ids from 1. */
const sent = (...kinds: (Kind | { operation: string })[]): Sent[] =>
  kinds.map((kind, index) => ({
    webhook: {
      ...{ site: 'a-site', contactId: '7', kind: typeof kind === 'string' ? kind : 'operation' },
      ...(typeof kind !== 'string' && kind),
    },
    delivery: { status: 200, headers: {}, durationMs: 1 },
    text: JSON.stringify({ webhook: String(index + 1) }),
  }));

/** All of them recorded, light ones flagged and others applied. */
function found(webhooks: Sent[], contact: Partial<FoundContact> = {}): Found {
  const records = webhooks.map(({ webhook }, index) => {
    const isLight = webhook.kind === 'update' || webhook.kind === 'event';
    const state = isLight ? ('flagged' as const) : ('applied' as const);
    return [String(index + 1), { state, contact: CONTACT }] as const;
  });
  const flag = { requestedVersion: webhooks.length };
  const rest = { flag, teams: [], points: 0, hasPassword: false, ...contact };
  return { records: new Map(records), contacts: new Map([[CONTACT, rest]]) };
}

const synced = { flag: { requestedVersion: 1, syncedVersion: 1 }, member: {} };
const account = { passwordHash: '', passwordFrom: 'generated', createdBy: '1', createdAt: '' } as const;
const verdict = (webhooks: Sent[], there: Found, before = 0) =>
  judge(webhooks, there, new Map([[CONTACT, before]]));

test.each<[string, Sent[], Partial<FoundContact>]>([
  ['light webhooks', sent('update', 'event'), {}],
  ['a batch sync', sent('batch'), synced],
  ['a password', sent('genpass'), { member: { account }, hasPassword: true }],
  [
    'points, of two operations',
    sent({ operation: 'lesson' }, { operation: 'quiz' }),
    { points: 13, member: {} },
  ],
  ['points, of a repeat', sent({ operation: 'lesson' }, { operation: 'lesson' }), { points: 10 }],
  ['a team with more seats', sent('team', 'seats', 'seats'), { teams: [5] }],
])('nothing is lost and nothing duplicated of %s', (_, webhooks, contact) => {
  expect(verdict(webhooks, found(webhooks, contact))).toEqual({ lost: [], duplicated: [] });
});

test.each<[string, Sent[], Partial<FoundContact>, string]>([
  [
    'a flag that was raised too seldom',
    sent('update', 'update'),
    { flag: { requestedVersion: 1 } },
    'flag raised 1 times instead of 2',
  ],
  [
    'a flag that is down without a pull',
    sent('update'),
    { flag: { requestedVersion: 1, syncedVersion: 1 } },
    'flag is down without a pull',
  ],
  [
    'a flag that is up after its sync',
    sent('batch'),
    { ...synced, flag: { requestedVersion: 1 } },
    'flag is up after the sync',
  ],
  ['a contact that was not pulled', sent('batch'), { flag: synced.flag }, 'no member'],
  [
    'a password that is not in the CRM',
    sent('genpass'),
    { member: { account } },
    'no account, or no password in the CRM',
  ],
  [
    'an account that is not there',
    sent('genpass'),
    { member: {}, hasPassword: true },
    'no account, or no password in the CRM',
  ],
  ['points that are missing', sent({ operation: 'lesson' }), {}, 'points: 0 instead of 10'],
  ['a team that is missing', sent('team'), {}, 'teams: 0 instead of 1'],
  ['seats that are missing', sent('team', 'seats'), { teams: [3] }, 'seats: 3 instead of 5'],
])('%s is lost', (_, webhooks, contact, words) => {
  expect(verdict(webhooks, found(webhooks, contact))).toEqual({
    lost: [`${CONTACT}: ${words}`],
    duplicated: [],
  });
});

test.each<[string, Sent[], Partial<FoundContact>, string]>([
  [
    'points that came twice',
    sent({ operation: 'lesson' }, { operation: 'lesson' }),
    { points: 20 },
    'points: 20 instead of 10',
  ],
  ['seats that came twice', sent('team', 'seats'), { teams: [7] }, 'seats: 7 instead of 5'],
  ['a second team', sent('team', 'team'), { teams: [3, 0] }, 'teams: 2 instead of 1'],
])('%s are duplicated', (_, webhooks, contact, words) => {
  expect(verdict(webhooks, found(webhooks, contact))).toEqual({
    lost: [],
    duplicated: [`${CONTACT}: ${words}`],
  });
});

test('points that were there before are none of the burst', () => {
  const webhooks = sent({ operation: 'quiz' });
  expect(verdict(webhooks, found(webhooks, { points: 45 }), 42)).toEqual({ lost: [], duplicated: [] });
});

test('an account that two webhooks created is duplicated', () => {
  const webhooks = sent('genpass', 'genpass');
  const there = found(webhooks, { member: { account }, hasPassword: true });
  const state = 'applied' as const;
  const created = { state, contact: CONTACT, reason: 'account created, password generated' };
  const records = new Map([
    ['1', created],
    ['2', created],
  ]);
  expect(verdict(webhooks, { ...there, records }).duplicated).toEqual([
    `${CONTACT}: 2 accounts were created`,
  ]);
});

test('a webhook without a record, or with that of another contact, is lost', () => {
  const webhooks = sent('update', 'update');
  const records = new Map([['2', { state: 'flagged' as const, contact: 'a-site#8' }]]);
  expect(verdict(webhooks, { ...found(webhooks), records }).lost).toEqual([
    `update of ${CONTACT} has no record`,
    `update of ${CONTACT} has no record`,
  ]);
});

test.each(['queued', 'failed', 'rejected'] as const)('a webhook that ends as %s is lost', (state) => {
  const webhooks = sent('batch');
  const records = new Map([['1', { state, contact: CONTACT, reason: 'why' }]]);
  expect(verdict(webhooks, { ...found(webhooks, synced), records }).lost).toEqual([
    `batch of ${CONTACT} is ${state}: why`,
  ]);
});

test('what was not answered 2xx may have its effect, and need not', () => {
  const [webhook] = sent({ operation: 'lesson' }) as [Sent];
  const unanswered: Sent = { ...webhook, delivery: { failure: 'time-out', durationMs: 30_000 }, text: '' };
  for (const points of [0, 10])
    expect(verdict([unanswered], found([], { points }))).toEqual({ lost: [], duplicated: [] });
  expect(verdict([unanswered], found([], { points: 20 })).duplicated).toHaveLength(1);
});
