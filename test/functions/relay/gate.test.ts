import { expect, test } from '@jest/globals';
import { describeGate } from '../../../functions/relay/describe-gate.ts';
import { enter, type Gate, leave, type Outcome } from '../../../functions/relay/gate.ts';

const NOW = 1_780_000_000_000; // ms
const LIMITS = { concurrency: 4, requestsPerSecond: 4, timeoutSeconds: 60 };
const PASS_MS = 75_000;

/** A gate at full speed, with nobody in it. */
const openGate = (): Gate => {
  const entry = enter(undefined, LIMITS, 'first', NOW - 3_600_000);
  if (!('gate' in entry)) throw new Error(entry.why);
  return { ...entry.gate, speed: 1, passes: {}, nextAt: 0 };
};

const into = (was: Gate | undefined, id: string, now: number, limits = LIMITS): Gate => {
  const entry = enter(was, limits, id, now);
  if (!('gate' in entry)) throw new Error(entry.why);
  return entry.gate;
};

const failure = (startedAt: number, more: Partial<Outcome> = {}): Outcome => ({
  ...{ good: false, startedAt, ms: 200, reason: 'HTTP 503', ...more },
});
const success = (startedAt: number, ms = 300): Outcome => ({ good: true, startedAt, ms });

/** Fails so often, one request after the other, each where it may start. */
const failing = (was: Gate, times: number, now = NOW) => {
  let gate = was;
  let at = now;
  let turned: string | undefined;
  for (let i = 0; i < times; i++) {
    gate = into(gate, `fails-${i}`, at);
    ({ gate, turned } = leave(gate, LIMITS, `fails-${i}`, failure(at), at));
    at += 2_000;
  }
  return { gate, turned, at: at - 2_000 };
};

test('a site that nothing is known of gets one request at a time, and not too many a second', () => {
  const gate = into(undefined, 'a', NOW);
  expect(describeGate(gate, LIMITS, NOW)).toEqual({
    ...{ state: 'open', atOnce: 1, allowedAtOnce: 1, perSecond: 0.5 },
  });
  expect(enter(gate, LIMITS, 'b', NOW)).toMatchObject({
    why: 'the site is at its 1 request at once, for now, of the 4 in the config',
  });
});

test('good answers bring it up to its limits', () => {
  let gate = into(undefined, 'a', NOW);
  let now = NOW;
  for (let i = 0; i < 20; i++) {
    gate = leave(gate, LIMITS, 'a', success(now), now + 300).gate;
    now += 2_000;
    gate = into(gate, 'a', now);
    for (const other of ['b', 'c', 'd']) {
      const entry = enter(gate, LIMITS, other, now);
      if ('gate' in entry) gate = leave(entry.gate, LIMITS, other, success(entry.startAt), now + 300).gate;
    }
  }
  expect(describeGate(gate, LIMITS, now)).toMatchObject({ allowedAtOnce: 4, perSecond: 4 });
});

test('at full speed as many pass as may be at once, each as far from the last as it must be', () => {
  let gate = openGate();
  const starts: number[] = [];
  let now = NOW;
  for (const id of ['a', 'b', 'c', 'd']) {
    const entry = enter(gate, LIMITS, id, now);
    if (!('gate' in entry)) throw new Error(entry.why);
    starts.push(entry.startAt);
    gate = entry.gate;
    now += 100;
  }
  expect(starts).toEqual([NOW, NOW + 250, NOW + 500, NOW + 750]);
  expect(enter(gate, LIMITS, 'e', now)).toMatchObject({ why: 'the site is at its 4 requests at once' });
});

test('a request is not let in long before it may start', () => {
  const gate = { ...openGate(), nextAt: NOW + 501 };
  expect(enter(gate, LIMITS, 'a', NOW)).toEqual({
    ...{ busyUntil: NOW + 1, why: 'the site is at its 4 requests per second' },
  });
  expect(enter(gate, LIMITS, 'a', NOW + 1)).toMatchObject({ startAt: NOW + 501 });
});

test('failures of one round of requests slow it down once', () => {
  let gate = openGate();
  for (const id of ['a', 'b', 'c']) gate = into({ ...gate, nextAt: 0 }, id, NOW);
  gate = leave(gate, LIMITS, 'a', failure(NOW), NOW + 100).gate;
  gate = leave(gate, LIMITS, 'b', failure(NOW), NOW + 110).gate;
  gate = leave(gate, LIMITS, 'c', failure(NOW), NOW + 120).gate;
  expect(gate.speed).toBe(0.5);
  gate = into({ ...gate, nextAt: 0 }, 'd', NOW + 130);
  expect(leave(gate, LIMITS, 'd', failure(NOW + 130), NOW + 200).gate.speed).toBe(0.25);
});

test('failures that come quicker than the answers of the site slow it down once in the time of an answer', () => {
  const known = { ...openGate(), answers: 20, answerMs: 3_000, bestMs: 3_000, cutAt: 0 };
  let gate: Gate = known;
  const speeds = [0, 100, 200, 3_300].map((ms) => {
    const at = NOW + ms;
    const inside = { ...gate, passes: { a: at + PASS_MS } };
    gate = leave(inside, LIMITS, 'a', failure(at, { ms: 5 }), at + 5).gate;
    return gate.speed;
  });
  expect(speeds).toEqual([0.5, 0.5, 0.5, 0.25]);
});

test('a pass that is given back twice, or after it expired, changes nothing', () => {
  const gate = into(openGate(), 'a', NOW);
  const left = leave(gate, LIMITS, 'a', failure(NOW), NOW + 100).gate;
  expect(leave(left, LIMITS, 'a', failure(NOW), NOW + 200)).toEqual({ gate: left });
  expect(leave(gate, LIMITS, 'a', failure(NOW), NOW + PASS_MS)).toEqual({ gate });
});

test('a pass whose holder died counts until its request is over for sure', () => {
  const limits = { ...LIMITS, concurrency: 1 };
  const gate = into(undefined, 'dead', NOW, limits);
  expect(enter(gate, limits, 'b', NOW + PASS_MS - 1)).toMatchObject({ busyUntil: NOW + PASS_MS });
  expect(enter(gate, limits, 'b', NOW + PASS_MS)).toMatchObject({ startAt: NOW + PASS_MS });
});

test('who does not know that it is in already is not let in a second time', () => {
  const gate = into(openGate(), 'a', NOW);
  expect(enter(gate, LIMITS, 'a', NOW + 50)).toEqual({ gate, startAt: NOW });
});

test('five failures in a row have the site left alone for some ten seconds', () => {
  expect(failing(openGate(), 4)).toMatchObject({ turned: undefined, gate: { failures: 4 } });
  const { gate, turned, at } = failing(openGate(), 5);
  expect(turned).toBe('stopped');
  const { busyUntil, why } = enter(gate, LIMITS, 'a', at + 1) as { busyUntil: number; why: string };
  expect(busyUntil - at).toBeGreaterThanOrEqual(10_000);
  expect(busyUntil - at).toBeLessThanOrEqual(11_000);
  expect(why).toBe(
    `the site is left alone until ${new Date(busyUntil).toISOString()}: 5 failures in a row, last: HTTP 503`,
  );
  expect(describeGate(gate, LIMITS, at)).toMatchObject({
    ...{ state: 'stopped', allowedAtOnce: 0, stoppedUntil: new Date(busyUntil).toISOString() },
    lastFailure: { at: new Date(at).toISOString(), reason: 'HTTP 503' },
  });
});

test('a good answer in between is no failure in a row', () => {
  const { gate, at } = failing(openGate(), 4);
  const between = leave(into(gate, 'a', at + 2_000), LIMITS, 'a', success(at), at + 2_300).gate;
  expect(failing(between, 4, at + 5_000).turned).toBeUndefined();
});

test('after a stop one probe goes at a time; a good one opens the gate at its slowest', () => {
  const { gate: stopped, at } = failing(openGate(), 5);
  const back = stopped.stoppedUntil ?? 0;
  expect(describeGate(stopped, LIMITS, back)).toMatchObject({ state: 'probing', allowedAtOnce: 1 });
  const probing = into(stopped, 'probe', back);
  expect(enter(probing, LIMITS, 'b', back + 1)).toMatchObject({
    why: 'one request tries whether the site is back: 5 failures in a row, last: HTTP 503',
  });
  const { gate, turned } = leave(probing, LIMITS, 'probe', success(back), back + 300);
  expect(turned).toBe('resumed');
  expect(describeGate(gate, LIMITS, back + 300)).toMatchObject({ state: 'open', allowedAtOnce: 1 });
  expect(at).toBeLessThan(back);
});

test('each failed probe doubles the stop, up to five minutes', () => {
  let { gate } = failing(openGate(), 5);
  for (const seconds of [20, 40, 80, 160, 300, 300]) {
    const now = gate.stoppedUntil ?? 0;
    const left = leave(into(gate, 'probe', now), LIMITS, 'probe', failure(now), now);
    expect(left.turned).toBeUndefined(); // it is stopped, as it was
    gate = left.gate;
    const stop = (gate.stoppedUntil ?? 0) - now;
    expect(stop).toBeGreaterThanOrEqual(seconds * 1000);
    expect(stop).toBeLessThanOrEqual(seconds * 1100);
  }
});

test('a site that fails again soon is left alone longer, and as at first once it was well for as long as it was left alone', () => {
  const { gate: stopped } = failing(openGate(), 5);
  const back = stopped.stoppedUntil ?? 0;
  const open = leave(into(stopped, 'probe', back), LIMITS, 'probe', success(back), back).gate;
  const soon = failing(open, 5, back + 2_000);
  expect((soon.gate.stoppedUntil ?? 0) - soon.at).toBeGreaterThanOrEqual(20_000);
  const well = back + 12_000; // longer than the ten seconds and their jitter
  const calm = leave(into(open, 'a', well), LIMITS, 'a', success(well), well + 300).gate;
  const later = failing(calm, 5, well + 2_000);
  expect((later.gate.stoppedUntil ?? 0) - later.at).toBeLessThanOrEqual(11_000);
});

test('a probe whose worker died is followed by another once its pass is over', () => {
  const { gate } = failing(openGate(), 5);
  const back = gate.stoppedUntil ?? 0;
  const probing = into(gate, 'dead', back);
  expect(enter(probing, LIMITS, 'b', back + PASS_MS - 1)).toMatchObject({ busyUntil: back + PASS_MS });
  expect(into(probing, 'b', back + PASS_MS).probe).toBe('b');
});

test('who was in there when the site was stopped neither opens the gate nor stops it longer', () => {
  const { gate: stopped, at } = failing(openGate(), 5);
  const gate = { ...stopped, passes: { old: NOW - 3_000 + PASS_MS } };
  const good = leave(gate, LIMITS, 'old', success(NOW - 3_000), at + 100);
  expect(good).toEqual({ gate: { ...gate, passes: {} } });
  const back = gate.stoppedUntil ?? 0;
  const open = leave(into(gate, 'probe', back), LIMITS, 'probe', success(back), back + 300).gate;
  expect(leave(open, LIMITS, 'old', failure(NOW - 3_000), back + 400).gate).toMatchObject({ failures: 0 });
});

test('nobody starts before the site wants to be asked again, for an hour at most', () => {
  const hold = (holdMs: number) =>
    leave(into(openGate(), 'a', NOW), LIMITS, 'a', failure(NOW, { holdMs }), NOW).gate;
  expect(enter(hold(90_000), LIMITS, 'b', NOW + 89_999)).toEqual({
    busyUntil: NOW + 90_000,
    why: `the site is left alone until ${new Date(NOW + 90_000).toISOString()}: it asked for that`,
  });
  expect(enter(hold(90_000), LIMITS, 'b', NOW + 90_000)).toMatchObject({ startAt: NOW + 90_000 });
  expect(enter(hold(86_400_000), LIMITS, 'b', NOW + 1)).toMatchObject({ busyUntil: NOW + 3_600_000 });
});

test('a probe waits as well where the site asked for more than the stop', () => {
  const { gate, at } = failing(openGate(), 4);
  const last = into(gate, 'last', at + 2_000);
  const stopped = leave(last, LIMITS, 'last', failure(at + 2_000, { holdMs: 60_000 }), at + 2_000).gate;
  expect(enter(stopped, LIMITS, 'b', at + 30_000)).toMatchObject({ busyUntil: at + 62_000 });
});

test('limits that were lowered hold at once', () => {
  let gate = openGate();
  for (const id of ['a', 'b', 'c']) gate = into({ ...gate, nextAt: 0 }, id, NOW);
  const lower = { ...LIMITS, concurrency: 2 };
  expect(enter(gate, lower, 'd', NOW + 1_000)).toMatchObject({
    why: 'the site is at its 2 requests at once',
  });
});

test('a gate survives being written as JSON', () => {
  const { gate } = failing(openGate(), 5);
  expect(JSON.parse(JSON.stringify(gate))).toEqual(gate);
});
