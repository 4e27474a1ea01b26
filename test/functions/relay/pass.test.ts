import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import pMap from 'p-map';
import type { Throttled } from '../../../functions/platform/errors.ts';
import { enter, type Gate } from '../../../functions/relay/gate.ts';
import { type FaultProxy, startFaultProxy } from '../../../local/fault-proxy.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

let table: TestTable;
let proxy: FaultProxy;
let enterGate: typeof import('../../../functions/relay/pass.ts').enterGate;
let store: typeof import('../../../functions/store/gates.ts');
let logger: typeof import('../../../functions/platform/logger.ts').logger;
beforeAll(async () => {
  table = await startTestTable();
  const dynamodb = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  proxy = await startFaultProxy(() => dynamodb);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  ({ enterGate } = await import('../../../functions/relay/pass.ts'));
  store = await import('../../../functions/store/gates.ts');
  ({ logger } = await import('../../../functions/platform/logger.ts'));
});
afterAll(async () => {
  await proxy.close();
  await table.stop();
});

let info: jest.SpiedFunction<typeof logger.info>;
let warn: jest.SpiedFunction<typeof logger.warn>;
beforeEach(() => {
  info = jest.spyOn(logger, 'info').mockReturnValue();
  warn = jest.spyOn(logger, 'warn').mockReturnValue();
});
afterEach(() => {
  proxy.decide(() => 'pass');
  jest.restoreAllMocks();
});

const LIMITS = { concurrency: 4, requestsPerSecond: 1000, timeoutSeconds: 60 };
const remainingMs = () => 120_000;
const PATIENT = { waitMs: 60_000, remainingMs, needsMs: 10_000 };
const IMPATIENT = { ...PATIENT, waitMs: 0 };
const success = (startedAt: number) => ({ good: true, startedAt, ms: 100 });
const failure = (startedAt: number) => ({ good: false, startedAt, ms: 100, reason: 'HTTP 503' });

/** A gate with a pass in it since `at`, as a worker that died would leave it; otherwise at full speed. */
function gateWith(id: string, at: number, more: Partial<Gate> = {}, limits = LIMITS): Gate {
  const entry = enter(undefined, limits, id, at);
  if (!('gate' in entry)) throw new Error(entry.why);
  return { ...entry.gate, speed: 1, nextAt: 0, ...more };
}

const sentAway = async (passing: Promise<unknown>): Promise<Throttled> => {
  const outcome = await passing.then(
    () => undefined,
    (error: Throttled) => error,
  );
  if (outcome?.name !== 'Throttled') throw new Error(`not sent away: ${outcome}`);
  return outcome;
};

test('however many want in, in several processes, there are never more at once than may be', async () => {
  await store.writeGate('crowd', undefined, gateWith('none', 0), 'test');
  const [processes, times] = [5, 10];
  const script = join(import.meta.dirname, 'fixtures/pass-gate.ts');
  const run = async (): Promise<[number, number][]> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, 'crowd', '4', String(times)],
      { env: table.variables },
    );
    return JSON.parse(stdout);
  };
  const visits = (await Promise.all(Array.from({ length: processes }, run))).flat();
  expect(visits).toHaveLength(processes * times);
  // The most are in there at a moment when one of them starts.
  const atOnce = visits.map(([start]) => visits.filter(([from, to]) => from <= start && start < to).length);
  expect(Math.max(...atOnce)).toBeLessThanOrEqual(4);
  expect((await store.readGate('crowd'))?.gate.passes).toEqual({});
});

test('who has no patience is sent away at once, with a reason and a place of its own', async () => {
  const full = { ...LIMITS, requestsPerSecond: 4 };
  const passes = { a: 9e12, b: 9e12, c: 9e12, d: 9e12 };
  await store.writeGate('line', undefined, gateWith('none', 0, { passes }), 'test');
  const places = await pMap(
    Array.from({ length: 100 }),
    async () => {
      const { retryAfterMs, message } = await sentAway(enterGate('line', full, IMPATIENT));
      expect(message).toBe('the site is at its 4 requests at once');
      return Date.now() + retryAfterMs;
    },
    { concurrency: 8 },
  );
  places.sort((a, b) => a - b);
  const between = ((places.at(-1) ?? 0) - (places[0] ?? 0)) / (places.length - 1);
  expect(between).toBeGreaterThanOrEqual(225); // four a second; clocks are read a moment apart
  expect(between).toBeLessThan(350);
  for (const [index, place] of places.entries())
    expect(Math.abs(place - ((places[0] ?? 0) + index * between))).toBeLessThan(1_000);
});

test('places in line are further apart where it is the answers that take long', async () => {
  const passes = { a: 9e12, b: 9e12, c: 9e12, d: 9e12 };
  const slow = gateWith('none', 0, { passes, answers: 5, answerMs: 40_000 });
  await store.writeGate('slow', undefined, slow, 'test');
  const first = await sentAway(enterGate('slow', LIMITS, IMPATIENT));
  const second = await sentAway(enterGate('slow', LIMITS, IMPATIENT));
  expect(second.retryAfterMs - first.retryAfterMs).toBeGreaterThan(9_000); // ten, less what the test took
});

test('a pass of a worker that died keeps others out until it is over', async () => {
  const one = { ...LIMITS, concurrency: 1 };
  const over = Date.now() + 1_500;
  await store.writeGate('dead', undefined, gateWith('dead', over - 75_000, {}, one), 'test');
  const pass = await enterGate('dead', one, PATIENT);
  expect(pass.startedAt).toBeGreaterThanOrEqual(over);
});

test('a pass that was taken, but the answer lost, is taken once', async () => {
  let lost = 0;
  proxy.decide(({ operation }) => (operation.endsWith('PutItem') && lost++ === 0 ? 'lose' : 'pass'));
  const pass = await enterGate('lost', LIMITS, IMPATIENT);
  expect(Object.keys((await store.readGate('lost'))?.gate.passes ?? {})).toHaveLength(1);
  await pass.leave(success(pass.startedAt));
  expect((await store.readGate('lost'))?.gate.passes).toEqual({});
  expect(lost).toBe(3);
});

test('a pass that was taken, but the answer lost and another write come in between, is taken once', async () => {
  let lost = 0;
  proxy.decide(({ operation }) => {
    if (!operation.endsWith('PutItem')) return 'pass';
    lost++;
    if (lost === 1) return 'lose';
    if (lost > 2) return 'pass';
    return {
      before: async () => {
        const seen = await store.readGate('overtaken');
        if (seen) await store.writeGate('overtaken', seen, seen.gate, 'another');
      },
    };
  });
  await enterGate('overtaken', { ...LIMITS, concurrency: 1 }, PATIENT);
  expect(Object.keys((await store.readGate('overtaken'))?.gate.passes ?? {})).toHaveLength(1);
});

test('entering and leaving cost a read and a write each', async () => {
  const before = proxy.passed.length;
  const pass = await enterGate('cheap', LIMITS, IMPATIENT);
  await pass.leave(success(pass.startedAt));
  const operations = proxy.passed.slice(before).map(({ operation }) => operation.split('.')[1]);
  expect(operations).toEqual(['GetItem', 'PutItem', 'GetItem', 'PutItem']);
});

test('a stop and the return are logged once each, whoever else leaves at the same time', async () => {
  await store.writeGate('stops', undefined, gateWith('none', 0, { failures: 2 }), 'test');
  const passes = await Promise.all(Array.from({ length: 4 }, () => enterGate('stops', LIMITS, PATIENT)));
  const turned = await Promise.all(passes.map((pass) => pass.leave(failure(pass.startedAt))));
  expect(turned.filter(Boolean)).toEqual(['stopped']);
  const { stoppedUntil = 0 } = (await store.readGate('stops'))?.gate ?? {};
  const until = new Date(stoppedUntil).toISOString();
  expect(warn.mock.calls).toEqual([['relay stopped', { site: 'stops', reason: 'HTTP 503', until }]]);

  const { message, retryAfterMs } = await sentAway(enterGate('stops', LIMITS, IMPATIENT));
  expect(message).toMatch(/^the site is left alone until .*: \d failures in a row, last: HTTP 503$/);
  expect(retryAfterMs).toBeGreaterThan(9_000);

  const seen = await store.readGate('stops');
  if (seen) await store.writeGate('stops', seen, { ...seen.gate, stoppedUntil: Date.now() }, 'test');
  const probe = await enterGate('stops', LIMITS, PATIENT);
  expect(await probe.leave(success(probe.startedAt))).toBe('resumed');
  expect(await probe.leave(success(probe.startedAt))).toBeUndefined();
  expect(info.mock.calls).toEqual([['relay resumed', { site: 'stops' }]]);
});

test('a stop is logged though the answers to its write were lost', async () => {
  await store.writeGate('silent', undefined, gateWith('none', 0, { failures: 4 }), 'test');
  const pass = await enterGate('silent', LIMITS, PATIENT);
  let writes = 0;
  proxy.decide(({ operation }) => (operation.endsWith('PutItem') && ++writes <= 2 ? 'lose' : 'pass'));
  expect(await pass.leave(failure(pass.startedAt))).toBe('stopped');
  expect(warn).toHaveBeenCalledTimes(1);
});

test('a pass that cannot be given back is left to expire, with a word in the log', async () => {
  const pass = await enterGate('stuck', LIMITS, PATIENT);
  proxy.decide(() => 'refuse');
  expect(await pass.leave(success(pass.startedAt))).toBeUndefined();
  const reason = expect.any(String);
  expect(warn.mock.calls).toEqual([['pass not given back, it expires', { site: 'stuck', reason }]]);
});

test('with too little time left nobody enters', async () => {
  const late = { ...PATIENT, remainingMs: () => 10_400 };
  await expect(enterGate('late', LIMITS, late)).rejects.toMatchObject({ name: 'OutOfTime', retryAfterMs: 0 });
  expect(await store.readGate('late')).toBeUndefined();
});

test('who would wait longer than its invocation lasts comes back at once', async () => {
  const heldUntil = Date.now() + 30_000;
  await store.writeGate('short', undefined, gateWith('none', 0, { heldUntil }), 'test');
  const short = { ...PATIENT, remainingMs: () => 20_000 };
  await expect(enterGate('short', LIMITS, short)).rejects.toMatchObject({ name: 'OutOfTime' });
});

test('one who waits at a site does not hold up another site', async () => {
  const one = { ...LIMITS, concurrency: 1 };
  const pass = await enterGate('waiting', one, PATIENT);
  const next = enterGate('waiting', one, PATIENT);
  await (await enterGate('other', one, PATIENT)).leave(success(pass.startedAt));
  await pass.leave(success(pass.startedAt));
  await expect(next).resolves.toBeDefined();
});
