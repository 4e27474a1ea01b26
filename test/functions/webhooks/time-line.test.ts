import { expect, test } from '@jest/globals';
import type { PastAttempt, WebhookRecord } from '../../../functions/store/webhooks.ts';
import { parkedUntil, timeLineOf } from '../../../functions/webhooks/time-line.ts';

const AT = '2026-11-27T01:02:03.000Z';
const LATER = '2026-11-27T01:04:03.000Z';

const recordOf = (more: Partial<WebhookRecord>): WebhookRecord => ({
  ...{ id: '01A', site: 'academy', contactId: '7', command: 'aal_genpass', parameters: {} },
  ...{ receivedAt: AT, state: 'queued', queue: 'operations', pendingAt: LATER },
  ...more,
});
const attemptOf = (more: Partial<PastAttempt> = {}): PastAttempt => ({
  ...{ at: LATER, ms: 12, outcome: 'postponed', reason: 'the CRM is down' },
  ...more,
});
const lines = (more: Partial<WebhookRecord>) =>
  timeLineOf(recordOf(more)).map(({ at, what, detail }) => [at, what, detail].filter(Boolean).join(' | '));

test('a webhook that only flags is done when it is answered', () => {
  const { queue, pendingAt, ...record } = recordOf({ command: 'aal_updateuser', state: 'flagged' });
  expect(timeLineOf(record)).toEqual([
    { at: AT, what: 'received' },
    { at: AT, what: 'flagged', detail: 'done: its visit pulls it' },
    { at: AT, what: 'answered' },
  ]);
});

test('a job is flagged and queued, tried and ended, in this order', () => {
  const attempts = [
    attemptOf(),
    attemptOf({ ms: 99, outcome: 'applied', reason: 'account created', calls: ['GET /x 200, 5 ms'] }),
  ];
  const end = { state: 'applied', reason: 'account created', settledAt: '2026-11-27T01:05:00.000Z' } as const;
  expect(timeLineOf(recordOf({ ...end, history: attempts }))).toEqual([
    { at: AT, what: 'received' },
    { at: AT, what: 'flagged', detail: 'the contact needs a sync' },
    { at: AT, what: 'queued', detail: 'on operations' },
    {
      ...{ at: LATER, what: 'attempt 1', outcome: 'postponed' },
      ...{ detail: 'after 12 ms: the CRM is down', calls: [] },
    },
    {
      ...{ at: LATER, what: 'attempt 2', outcome: 'applied' },
      ...{ detail: 'after 99 ms: account created', calls: ['GET /x 200, 5 ms'] },
    },
    { at: end.settledAt, what: 'applied', outcome: 'applied', detail: 'account created' },
  ]);
});

test.each([
  ['a job of Latchkey’s own', { command: 'pull' }],
  ['one that is about many contacts', { contactId: '*' }],
  ['one that is relayed', { queue: 'deliveries' }],
] as [string, Partial<WebhookRecord>][])('%s raises no flag when it comes', (_, more) => {
  expect(timeLineOf(recordOf(more)).map(({ what }) => what)).toEqual(['received', 'queued', 'waiting']);
});

test('what was refused was neither flagged nor queued, and ended when it came', () => {
  const { queue, pendingAt, ...record } = recordOf({
    contactId: '?',
    state: 'rejected',
    reason: 'no contact',
  });
  expect(timeLineOf(record)).toEqual([
    { at: AT, what: 'received' },
    { at: AT, what: 'rejected', outcome: 'rejected', detail: 'no contact' },
  ]);
  const { reason, ...silent } = record;
  expect(timeLineOf(silent).at(-1)).toEqual({ at: AT, what: 'rejected', outcome: 'rejected' });
});

test('an attempt shows its first requests, and how many more there were', () => {
  const [, , , tried] = timeLineOf(recordOf({ history: [attemptOf({ calls: ['a', 'b'], crmRequests: 5 })] }));
  expect(tried?.calls).toEqual(['a', 'b', 'and 3 more']);
  const [, , , silent] = timeLineOf(recordOf({ history: [attemptOf({ crmRequests: 5 })] }));
  expect(silent?.calls).toEqual(['and 5 more']);
});

test('attempts are numbered for as long as the first ones are remembered', () => {
  const whats = (count: number) =>
    timeLineOf(recordOf({ history: Array(count).fill(attemptOf()) }))
      .map(({ what }) => what)
      .filter((what) => what.includes('attempt'));
  expect(whats(49).at(-1)).toBe('attempt 49');
  expect(new Set(whats(50))).toEqual(new Set(['a later attempt']));
});

test('how often it waited, and was sent again, is told where it was', () => {
  expect(lines({ waits: 1, sweeps: 1 }).slice(3, 5)).toEqual([
    "waited | once for the CRM's limit",
    'sent again | once by the sweep: its date had come, or its message seemed lost',
  ]);
  expect(lines({ waits: 2, sweeps: 3, queue: 'deliveries' }).slice(2, 4)).toEqual([
    'waited | 2 times for its turn at the site',
    'sent again | 3 times by the sweep: its date had come, or its message seemed lost',
  ]);
  expect(lines({}).join()).not.toMatch(/waited|sent again/);
});

test('a job that waits says who looks after it, and why it waits while no attempt says so', () => {
  const waiting = (more: Partial<WebhookRecord>) => lines(more).at(-1);
  expect(waiting({})).toBe(`waiting | looked after by ${LATER} at the latest`);
  expect(waiting({ reason: 'the limit' })).toBe(
    `waiting | the limit; looked after by ${LATER} at the latest`,
  );
  expect(waiting({ reason: 'the limit', history: [attemptOf()] })).toBe(
    `waiting | looked after by ${LATER} at the latest`,
  );
});

test('a job that is being tried says by whom', () => {
  expect(lines({ heldBy: 'w1', heldUntil: LATER }).at(-1)).toBe(
    `being tried | by w1, until ${LATER} at most`,
  );
});

test('a job that waits for its date is parked', () => {
  expect(lines({ dueAt: LATER, reason: 'some time between two' }).at(-1)).toBe(
    'parked | some time between two',
  );
  expect(lines({ dueAt: LATER }).at(-1)).toBe(`parked | until ${LATER}`);
  expect(parkedUntil(recordOf({ dueAt: LATER }))).toBe(LATER);
  expect(parkedUntil(recordOf({ dueAt: AT }))).toBeUndefined(); // it was sent
  expect(parkedUntil(recordOf({ dueAt: LATER, state: 'applied' }))).toBeUndefined();
});

test('what stands in for what, and how many came with it, is told', () => {
  expect(lines({ replayOf: '00Z' })[0]).toBe(`${AT} | received | stands in for 00Z`);
  expect(lines({ joined: 3, replayedBy: '02B' }).slice(-2)).toEqual([
    'joined by | 3 earlier of this contact',
    'replayed | as 02B',
  ]);
  expect(lines({ joined: 0 }).at(-1)).toMatch(/^waiting/);
});
