import { expect, test } from '@jest/globals';
import type { Event, Happening } from '../../chaos/history/event.ts';
import { tell } from '../../chaos/history/tell.ts';
import { judge } from '../../chaos/judge.ts';
import { answered, asked, history, kept, lessonSent, sent } from './fixtures/by-hand.ts';

const about = { site: 'academy', contact: '1' };
const clutter: Happening[] = [
  { what: 'clock', function: 'notify', aheadMs: 900 },
  { what: 'disturbed', function: 'work', service: 'sqs', does: 'reset' },
  { what: 'changed', site: 'guild', contact: '7', version: 1 },
  { what: 'wrote', site: 'guild', contact: '7', field: 'points', was: '0', value: '10' },
  { what: 'logged-in', site: 'guild', contact: '7', status: 200 },
  { what: 'told', site: 'guild', contact: '7', id: 'e1', type: 'member.created' },
];

/** What is said of a promise, among much else that happened: how it is broken, and the shortest history of that. */
function verdictOn(number: number, told: Event[]): { broken: string; shortest: Event[] } | undefined {
  const late = clutter.map((happening) => ({ at: 1_000_000, ...happening }) as Event);
  const early = clutter.map((happening) => ({ at: -1_000, ...happening }) as Event);
  const all = [...early, ...told, ...late];
  const broken = judge(all).filter(({ example }) => example !== undefined);
  expect(broken.map((each) => each.number)).toEqual(broken.length === 0 ? [] : [number]);
  const example = broken[0]?.example;
  return example && { broken: example.broken, shortest: example.history };
}

const TEAM = { what: 'team', ...about, program: 'crew', team: 'a', leader: '1' } as const;
const points = (value: string): Happening => ({
  what: 'value',
  ...about,
  field: 'points',
  value,
  first: '0',
});
const mark = (n: number, at?: number): Happening & { at?: number } => ({
  ...{ what: 'wrote', ...about, field: 'mark', was: '', value: `lesson-${n}` },
  ...(at !== undefined && { at }),
});
const copy = (version: number): Happening => ({ what: 'copy', ...about, version, hasAccount: true });
const flag = (requested: number, synced: number): Happening => ({
  what: 'flag',
  ...about,
  requested,
  synced,
});
const visited = (version: number, more: { cameAt?: number; isStale?: boolean } = {}): Happening => ({
  ...{ what: 'visited', ...about, cameAt: 9_000, status: 200, isStale: false, version, ...more },
});
const changed = (version: number): Happening => ({ what: 'changed', ...about, version });
const password = (was: string, value: string): Happening => ({
  ...{ what: 'wrote', ...about, field: 'password', was, value },
});
const delivered = (seq: number, at: number, answerLost = false): Happening & { at: number } => ({
  ...{ what: 'delivered', site: 'relayed', contact: '1', seq, at, endedAt: at + 1, answerLost },
});
const relayed = (n: number) => [
  sent(n, { site: 'relayed', command: 'aal_genpass' }),
  answered(n),
  kept(n, { site: 'relayed', command: 'aal_genpass' }),
];
/** As many requests, so many milliseconds apart, from a moment on. */
const requests = (count: number, everyMs: number, from = 0) =>
  Array.from({ length: count }, (_, index) => asked(from + index * everyMs));

const SECRET: Happening = { what: 'secret', name: 'a handshake', value: 'canary-handshake' };
const said = (text: string): Happening => ({ what: 'said', where: 'the log of receive', text });

const duplicates = [lessonSent(1), answered(1), lessonSent(2, { says: 'lesson-1', sameAs: 1 }), answered(2)];
const lesson = (n: number, state = 'applied', says = `lesson-${n}`) =>
  kept(n, { command: 'aal_fieldop', says, state });

/** Histories that break a promise: what is said of it, and which of its events are all that takes. */
const BROKEN: [number, string, Event[], number[]][] = [
  [
    1,
    'webhook 1 was taken, and is queued in the end: SQS',
    history(sent(1), answered(1), kept(1, { state: 'queued', reason: 'SQS' })),
    [0, 1, 2],
  ],
  [
    1,
    'webhook 2 was taken, and has no record',
    history(sent(1), answered(1), kept(1), sent(2), answered(2)),
    [3, 4],
  ],
  [
    2,
    'academy/1 is unflagged, and its copy is v1, older than v2',
    history(changed(1), changed(2), sent(1), answered(1), kept(1), flag(3, 3), copy(1)),
    [1, 2, 3, 5, 6],
  ],
  [
    2,
    'academy/1 visited, and the site was told v1, older than v2',
    history(changed(2), sent(1), answered(1), kept(1), flag(3, 2), copy(1), visited(1)),
    [0, 1, 2, 6],
  ],
  [
    2,
    'academy/1 was v1 to a visit, after the flag was raised for v2',
    history(
      changed(2),
      sent(1),
      answered(1, { outcome: 'flagged' }),
      kept(1),
      visited(1, { cameAt: 35_000 }),
      flag(3, 3),
      copy(2),
      visited(2),
    ),
    [0, 1, 2, 4],
  ],
  [
    3,
    'academy/1 has 20 points; 1 lessons applied make 10',
    history(lessonSent(1), answered(1), lesson(1), points('20')),
    [2, 3],
  ],
  [
    3,
    'academy/1 has 10 points; 2 lessons applied make 20',
    history(lessonSent(1), answered(1), lesson(1), lessonSent(2), answered(2), lesson(2), points('10')),
    [2, 5, 6],
  ],
  [
    3,
    'academy/1 aal_fieldop lesson-1: 2 count, of 2 sent, 1 of them different',
    history(...duplicates, lesson(1), lesson(2, 'applied', 'lesson-1'), points('20')),
    [0, 2, 4, 5],
  ],
  [
    3,
    'the team of academy/1 has 5 seats; what was applied makes 4',
    history(
      sent(1, { command: 'aal_updateteam', says: '1' }),
      answered(1),
      kept(1, { command: 'aal_updateteam', says: '1' }),
      { ...TEAM, seats: 5, used: 0, people: 0 },
    ),
    [2, 3],
  ],
  [
    3,
    'webhook 1 counts as handed on, and the plugin never had it',
    history(...relayed(1), ...relayed(2), delivered(2, 70_000)),
    [0, 1, 2],
  ],
  [
    3,
    'the site was told academy/1 member.created as 2 events',
    history(
      { what: 'told', ...about, id: 'a', type: 'member.created' },
      { what: 'told', ...about, id: 'a', type: 'member.created' },
      { what: 'told', ...about, id: 'b', type: 'member.created' },
    ),
    [1, 2],
  ],
  [
    4,
    'academy/1 aal_fieldop lesson-1 was done after academy/1 aal_fieldop lesson-2, which was asked for later',
    history(lessonSent(1), answered(1), lesson(1), lessonSent(2), answered(2), lesson(2), mark(2), mark(1)),
    [0, 1, 3, 6, 7],
  ],
  [
    4,
    'relayed 1 was done after relayed 2, which was asked for later',
    history(...relayed(1), ...relayed(2), delivered(2, 70_000), delivered(1, 80_000)),
    [0, 1, 3, 6, 7],
  ],
  [
    4,
    'managed/m1 is called v1, and v2 was brought later',
    history(
      ...[1, 2].flatMap((n) => [
        sent(n, { site: 'managed', contact: 'm1', says: `v${n}` }),
        answered(n),
        kept(n, { site: 'managed', contact: 'm1' }),
      ]),
      { what: 'value', site: 'managed', contact: 'm1', field: 'first name', value: 'v1', first: '' },
    ),
    [0, 1, 3, 4, 5, 6],
  ],
  [
    5,
    'the password of academy/1 was overwritten',
    history(password('', 'first'), password('first', 'second')),
    [1],
  ],
  [
    5,
    'academy/1 cannot log in with the password that its contact has',
    history(password('', 'first'), { what: 'logged-in', ...about, status: 401 }),
    [1],
  ],
  [
    6,
    'the team of academy/1 had 4 seats in use, of 3',
    history({ ...TEAM, seats: 3, used: 3 }, { ...TEAM, seats: 3, used: 4 }),
    [1],
  ],
  [
    6,
    'the team of academy/1 has 2 seats in use, and 1 people have one',
    history({ ...TEAM, seats: 3, used: 2, people: 1 }),
    [0],
  ],
  [
    7,
    "academy's CRM was asked 2000 ms after it had asked for 3000 ms",
    history(
      asked(0),
      asked(900, { status: 429, retryAfterMs: 3_000, answeredAt: 1_000 }),
      asked(3_000),
      asked(9_000),
    ),
    [1, 2],
  ],
  [
    8,
    'a handshake stands in the log of receive: the URL was ?aal_genpass=canary-handshake',
    history(SECRET, said('all is well'), said('the URL was ?aal_genpass=canary-handshake')),
    [0, 2],
  ],
  [
    9,
    'webhook 2 was answered after 5200 ms',
    history(sent(1), answered(1), kept(1), sent(2), answered(2, { ms: 5_200 }), kept(2)),
    [3, 4],
  ],
  [9, 'webhook 1 got no answer: TimeoutError', history(sent(1), noAnswer(1)), [0, 1]],
  [
    9,
    'webhook 1 got no answer: TypeError',
    history(sent(1), { what: 'unanswered', n: 1, ms: 3, stalledMs: 0, why: 'TypeError' }),
    [0, 1],
  ],
  [9, 'webhook 1 was answered 410', history(sent(1), answered(1, { status: 410 })), [0, 1]],
  [
    10,
    'webhook 1 (no contact) was answered 200',
    history(sent(1, { kind: 'bad', says: 'no contact' }), answered(1)),
    [0, 1],
  ],
  [
    10,
    'webhook 1 (no contact) was answered 422 without a word of what is wrong',
    history(sent(1, { kind: 'bad', says: 'no contact' }), answered(1, { status: 422 })),
    [0, 1],
  ],
  [
    10,
    'not every 422 is in the log',
    history(...[1, 2].flatMap((n) => [sent(n, { kind: 'bad' }), answered(n, { status: 422, clear: true })]), {
      what: 'logged',
      status: 422,
      reason: 'no contact',
    }),
    [0, 1],
  ],
  [
    10,
    'webhook 1 had no handshake, and something of it is in the table',
    history(
      sent(1, { kind: 'stranger' }),
      answered(1, { status: 401, clear: true }),
      { what: 'logged', status: 401, reason: 'no handshake' },
      { what: 'trace', n: 1, where: 'the table' },
    ),
    [3],
  ],
];

function noAnswer(n: number): Happening {
  return { what: 'unanswered', n, ms: 32_000, stalledMs: 0, why: 'TimeoutError' };
}

test.each(BROKEN)('promise %i is broken where %s', (number, broken, told, needed) => {
  const verdict = verdictOn(number, told);
  expect(verdict?.broken).toBe(broken);
  expect(tell(verdict?.shortest ?? [])).toBe(tell(needed.map((index) => told[index] as Event)));
});

test('promise 7 is broken where a CRM gets more requests than its limit, and the shortest history has no one too many', () => {
  const verdict = verdictOn(7, history(...requests(15, 400), ...requests(30, 80, 60_000)));
  expect(verdict?.broken).toBe("academy's CRM got more than 4 requests a second, over 5 s");
  expect(verdict?.shortest).toHaveLength(21);
});

/** Histories that look like a break and are none. */
const KEPT: [string, number, Event[]][] = [
  [
    'a visit that came before the flag was raised, and one that says that it may be old',
    2,
    history(
      changed(2),
      sent(1),
      answered(1, { outcome: 'flagged' }),
      kept(1),
      flag(3, 3),
      copy(2),
      ...[visited(1, { cameAt: 15_000 }), visited(1, { cameAt: 35_000, isStale: true }), visited(2)],
    ),
  ],
  ['a webhook that was refused needs no record', 1, history(sent(1), answered(1, { status: 503 }))],
  [
    'a webhook that nobody knows the answer of may have taken effect',
    3,
    history(lessonSent(1), answered(1, { status: 503 }), lesson(1), points('10')),
  ],
  [
    'a change that no webhook told of may be unknown',
    2,
    history(changed(1), sent(1), answered(1), kept(1), changed(2), flag(1, 1), copy(1)),
  ],
  [
    'a copy may be old while its flag is up',
    2,
    history(changed(2), sent(1), answered(1), kept(1), flag(4, 3), copy(1)),
  ],
  [
    'a rejected lesson adds nothing',
    3,
    history(lessonSent(1), answered(1), lesson(1, 'rejected'), points('0')),
  ],
  [
    'of two that are the same one counts',
    3,
    history(...duplicates, lesson(1), lesson(2, 'duplicate', 'lesson-1'), points('10')),
  ],
  [
    'an update that was joined to another is not delivered itself',
    3,
    history(
      ...[sent(1, { site: 'relayed' }), answered(1), kept(1, { site: 'relayed', instead: 'id-2' })],
      ...[sent(2, { site: 'relayed' }), answered(2), kept(2, { site: 'relayed' }), delivered(2, 90_000)],
    ),
  ],
  [
    'the plugin may get a webhook again whose answer was lost',
    4,
    history(
      ...relayed(1),
      ...relayed(2),
      delivered(1, 65_000, true),
      delivered(2, 70_000),
      delivered(1, 80_000),
    ),
  ],
  [
    'webhooks that were under way together have no order',
    4,
    history(
      ...[
        lessonSent(1, { at: 0 }),
        lessonSent(2, { at: 5 }),
        answered(1, { at: 30 }),
        answered(2, { at: 40 }),
      ],
      ...[lesson(1), lesson(2), mark(2), mark(1)],
    ),
  ],
  [
    'webhooks nearer than the clocks differ have no order',
    4,
    history(
      { what: 'clock', function: 'receive', aheadMs: -900, at: 0 },
      { what: 'clock', function: 'receive', aheadMs: 900, at: 0 },
      ...[
        lessonSent(1, { at: 0 }),
        answered(1, { at: 30 }),
        lessonSent(2, { at: 1_000 }),
        answered(2, { at: 1_030 }),
      ],
      ...[lesson(1), lesson(2), mark(2), mark(1)],
    ),
  ],
  ['a password may be written where there is none', 5, history(password('', 'first'))],
  ['a team may be full', 6, history({ ...TEAM, seats: 3, used: 3, people: 3 })],
  ['a CRM may get all that it allows', 7, history(...requests(60, 250))],
  [
    'what was on its way at a 429 arrives after it',
    7,
    history(asked(0, { status: 429, retryAfterMs: 3_000, answeredAt: 100 }), asked(700), asked(3_200)),
  ],
  [
    'a hold that DynamoDB refused nobody can obey',
    7,
    history(
      asked(0, { status: 429, retryAfterMs: 3_000, answeredAt: 100 }),
      { at: 200, what: 'disturbed', function: 'work', service: 'dynamodb', does: 'refuse', about: 'hold' },
      asked(2_000),
    ),
  ],
  ['ids may be logged', 8, history(SECRET, said('webhook 01M80RJJXZ21T1WKTZTZSPDA98 of contact 1'))],
  [
    'an answer that waited for this machine is not late',
    9,
    history(sent(1), answered(1, { ms: 5_200, stalledMs: 600 }), kept(1)),
  ],
  [
    'a sender that gave up on a machine which stood still proves nothing',
    9,
    history(sent(1), { what: 'unanswered', n: 1, ms: 32_000, stalledMs: 31_000, why: 'TimeoutError' }),
  ],
  [
    'a mistake that is refused in words, and logged',
    10,
    history(sent(1, { kind: 'bad' }), answered(1, { status: 422, clear: true }), {
      what: 'logged',
      status: 422,
      reason: 'no contact',
    }),
  ],
  [
    'a killed process is answered for by API Gateway',
    10,
    history(sent(1, { kind: 'bad' }), answered(1, { status: 500 })),
  ],
];

test.each(KEPT)('%s: promise %i is kept', (_, number, told) => {
  expect(verdictOn(number, told)).toBeUndefined();
});
