import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { CrmCalls } from '../../../functions/crm/calls.ts';
import type { Throttled } from '../../../functions/platform/errors.ts';
import { eventually } from '../../support/latchkey.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

let table: TestTable;
let Pace: typeof import('../../../functions/crm/pace.ts').Pace;
let takeTurn: typeof import('../../../functions/store/pace.ts').takeTurn;
let readBooked: typeof import('../../../functions/store/pace.ts').readBooked;
beforeAll(async () => {
  table = await startTestTable();
  ({ Pace } = await import('../../../functions/crm/pace.ts'));
  ({ takeTurn, readBooked } = await import('../../../functions/store/pace.ts'));
});
afterAll(() => table.stop());

const remainingMs = () => 120_000;
const IMPATIENT = { first: 0, later: 0, remainingMs };
const PATIENT = { first: 60_000, later: 60_000, remainingMs };
const LATE_MS = 250; // by which a timer may fire late on a busy machine

const refusalOf = async (turn: Promise<void>): Promise<Throttled> => {
  const outcome = await turn.then(
    () => undefined,
    (error: Throttled) => error,
  );
  if (outcome?.name !== 'Throttled') throw new Error(`not sent away: ${outcome}`);
  return outcome;
};

test('several processes together keep to the limit of one account', async () => {
  const [processes, turns, perSecond] = [4, 12, 20];
  const script = join(import.meta.dirname, 'fixtures/take-turns.ts');
  const run = async (): Promise<number[]> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, 'shared.example', String(perSecond), String(turns)],
      { env: table.variables },
    );
    return JSON.parse(stdout);
  };
  const taken = (await Promise.all(Array.from({ length: processes }, run))).flat().sort((a, b) => a - b);

  expect(taken).toHaveLength(processes * turns);
  const aSecondLater = taken.slice(perSecond).map((at, index) => at - (taken[index] ?? 0));
  for (const ms of aSecondLater) expect(ms).toBeGreaterThan(1000 - LATE_MS);
  const whole = (taken.at(-1) ?? 0) - (taken[0] ?? 0);
  expect(whole).toBeGreaterThan(((processes * turns - 1) / perSecond) * 1000 - LATE_MS);
});

test('nobody gets a turn twice, and no two turns are closer than the limit allows, though clocks differ', async () => {
  const slowest = Date.now(); // of three clocks, 500 ms apart
  const turns = await pMap(
    Array.from({ length: 300 }),
    (_, index) =>
      takeTurn('skewed.example', 'free', { now: slowest + (index % 3) * 500, span: 200, within: 3_600_000 }),
    { concurrency: 20 },
  );
  const at = turns.flatMap((turn) => ('at' in turn ? [turn.at] : [])).sort((a, b) => a - b);
  expect(at).toHaveLength(300);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(200);
});

test('a turn that lies further ahead than patience reaches is not taken', async () => {
  const take = (within: number) =>
    takeTurn('patience.example', 'free', { now: 1_000_000, span: 200, within });
  expect(await take(0)).toEqual({ at: 1_000_000 });
  expect(await take(200)).toEqual({ at: 1_000_200 });
  expect(await take(399)).toEqual({ busyUntil: 1_000_400 });
  expect(await take(400)).toEqual({ at: 1_000_400 });
});

test('a turn is free from the moment that the one before it ends', async () => {
  const take = (now: number, within: number) => takeTurn('ended.example', 'free', { now, span: 200, within });
  expect(await take(1_000_000, 0)).toEqual({ at: 1_000_000 });
  expect(await take(1_000_200, 0)).toEqual({ at: 1_000_200 });
  expect(await take(1_000_450, 100)).toEqual({ at: 1_000_450 });
});

test('how far ahead an account is booked is told for its requests and for those who wait', async () => {
  const iso = (ms: number) => new Date(ms).toISOString();
  const turn = { now: 1_000_000, span: 200, within: 0 };
  expect(await readBooked('booked.example')).toEqual({});
  await takeTurn('booked.example', 'free', turn);
  expect(await readBooked('booked.example')).toEqual({ free: iso(1_000_200) });
  await takeTurn('booked.example', 'line', { ...turn, span: 500 });
  expect(await readBooked('booked.example')).toEqual({ free: iso(1_000_200), line: iso(1_000_500) });
  await takeTurn('queued.example', 'line', turn);
  expect(await readBooked('queued.example')).toEqual({ line: iso(1_000_200) });
});

test('what the table refuses is an error, and no turn that somebody else took', async () => {
  const tooLong = 'x'.repeat(3_000); // for a key
  await expect(new Pace(tooLong, 5, PATIENT).hold(1_000)).rejects.toThrow(/size|key|length/i);
});

test.each([
  { windowSeconds: 1, ms: 575 },
  { windowSeconds: 60, ms: 525 },
])(
  'of a limit that is counted in $windowSeconds s, turns are $ms ms apart where 500 would do',
  async (each) => {
    const account = `window-${each.windowSeconds}.example`;
    const before = Date.now();
    await new Pace(account, 2, PATIENT, each.windowSeconds).turn();
    const { free = '' } = await readBooked(account);
    const taken = Date.parse(free) - each.ms;
    expect(taken).toBeGreaterThanOrEqual(before);
    expect(taken).toBeLessThanOrEqual(Date.now());
  },
);

test('time that nobody used is not saved up for a burst', async () => {
  const take = (now: number) => takeTurn('idle.example', 'free', { now, span: 200, within: 10_000 });
  expect(await take(1_000_000)).toEqual({ at: 1_000_000 });
  expect([await take(1_060_000), await take(1_060_000), await take(1_060_000)]).toEqual([
    { at: 1_060_000 },
    { at: 1_060_200 },
    { at: 1_060_400 },
  ]);
});

test('a turn that was taken before a 429 is void while the CRM wants to be left alone', async () => {
  const [account, aheadMs, holdMs] = ['booked.example', 2_000, 2_500];
  const now = Date.now();
  await takeTurn(account, 'free', { now, span: aheadMs, within: 0 }); // whoever comes next waits for so long
  const waiting = new Pace(account, 10, PATIENT).turn();
  await eventually(async () => {
    const { free = '' } = await readBooked(account);
    if (Date.parse(free) === now + aheadMs) throw new Error('the turn is not taken yet');
  });
  const heldAt = Date.now();
  await new Pace(account, 10, PATIENT).hold(holdMs);
  await waiting;
  expect(Date.now() - heldAt).toBeGreaterThanOrEqual(holdMs - 5); // timers may fire a little early
});

test('a turn that had to be waited for is used up once', async () => {
  const account = 'used-once.example';
  const freeAt = async () => Date.parse((await readBooked(account)).free ?? '');
  const pace = new Pace(account, 1, PATIENT);
  await pace.turn();
  const first = await freeAt();
  await pace.turn();
  expect((await freeAt()) - first).toBe(1_150); // a second, and the distance that the network may take from it
});

test('a thousand jobs that are sent away get places of their own, each leaving room for a job', async () => {
  const limit = 5;
  await new Pace('crowd.example', limit, PATIENT).hold(60_000);
  const places = await pMap(
    Array.from({ length: 1_000 }),
    async () => {
      const { retryAfterMs } = await refusalOf(new Pace('crowd.example', limit, IMPATIENT).turn());
      return Date.now() + retryAfterMs;
    },
    { concurrency: 8 },
  );
  places.sort((a, b) => a - b);
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  const between = (last - first) / (places.length - 1);
  expect(between).toBeGreaterThanOrEqual(2 * (1000 / limit)); // a pull's requests
  expect(between).toBeLessThan(4 * (1000 / limit));
  for (const [index, place] of places.entries()) {
    expect(Math.abs(place - (first + index * between))).toBeLessThan(between * 0.8);
  }
});

test('while the CRM asks to wait nobody gets a turn, and afterwards everybody does', async () => {
  await new Pace('held.example', 100, PATIENT).hold(700);
  const heldUntil = Date.now() + 700;
  expect((await refusalOf(new Pace('held.example', 100, IMPATIENT).turn())).retryAfterMs).toBeGreaterThan(
    500,
  );
  await Promise.all(Array.from({ length: 5 }, () => new Pace('held.example', 100, PATIENT).turn()));
  expect(Date.now()).toBeGreaterThanOrEqual(heldUntil - 5);
});

test('a shorter wait that is asked for later does not shorten a longer one', async () => {
  const pace = new Pace('longest.example', 100, IMPATIENT);
  await pace.hold(60_000);
  await pace.hold(1_000);
  expect((await refusalOf(pace.turn())).retryAfterMs).toBeGreaterThan(55_000);
});

test('who is sent away is given a place in line, and work that yields takes none', async () => {
  await new Pace('yielding.example', 100, PATIENT).hold(60_000);
  const yielding = await refusalOf(new Pace('yielding.example', 100, { ...IMPATIENT, yields: true }).turn());
  expect(yielding.retryAfterMs).toBeGreaterThan(55_000);
  expect(yielding.retryAfterMs).toBeLessThanOrEqual(60_000);
  expect((await readBooked('yielding.example')).line).toBeUndefined();

  await refusalOf(new Pace('yielding.example', 100, IMPATIENT).turn());
  const { free = '', line = '' } = await readBooked('yielding.example');
  expect(Date.parse(line)).toBeGreaterThan(Date.parse(free));
});

test('work that yields does not come back before there could be a turn for it', async () => {
  const every = { requestsPerSecond: 0.01, ms: 100_000 };
  await new Pace('rare.example', every.requestsPerSecond, PATIENT).hold(1_000);
  const pace = new Pace('rare.example', every.requestsPerSecond, { ...IMPATIENT, yields: true });
  expect((await refusalOf(pace.turn())).retryAfterMs).toBeGreaterThanOrEqual(every.ms);
});

test('waiting for a turn ends when whoever asked has stopped waiting', async () => {
  const stopped = new AbortController();
  const pace = new Pace('stopped.example', 100, { ...PATIENT, signal: stopped.signal });
  await pace.hold(30_000);
  const turn = pace.turn();
  stopped.abort();
  await expect(turn).rejects.toThrow(/abort/i);
});

test('the requests that are made are noted where somebody asks for them', () => {
  const calls: CrmCalls = [];
  const call = { what: 'GET /api/3/contacts/7', status: 200, ms: 93 };
  new Pace('noted.example', 100, { ...PATIENT, calls }).made(call);
  expect(calls).toEqual([call]);
  expect(() => new Pace('noted.example', 100, PATIENT).made(call)).not.toThrow();
});

test('two accounts do not hold each other up', async () => {
  await new Pace('busy.example', 5, PATIENT).hold(60_000);
  await expect(new Pace('free.example', 5, IMPATIENT).turn()).resolves.toBeUndefined();
  await refusalOf(new Pace('busy.example', 5, IMPATIENT).turn());
});

test('who has begun waits longer for further turns than a newcomer', async () => {
  const pace = new Pace('begun.example', 100, { first: 0, later: 5_000, remainingMs });
  await pace.turn();
  await new Pace('begun.example', 100, PATIENT).hold(300);
  await refusalOf(new Pace('begun.example', 100, { first: 0, later: 5_000, remainingMs }).turn());
  await expect(pace.turn()).resolves.toBeUndefined();
});

test('with just the time for a request left a turn is taken', async () => {
  const pace = new Pace('just.example', 100, { ...PATIENT, remainingMs: () => 12_000 });
  await expect(pace.turn()).resolves.toBeUndefined();
});

test('with too little time left no turn is taken and no attempt is counted', async () => {
  const pace = new Pace('late.example', 100, { ...PATIENT, remainingMs: () => 5_000 });
  await expect(pace.turn()).rejects.toMatchObject({ name: 'OutOfTime', retryAfterMs: 0 });
});
