import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { goodPerSecond, type Reply, simulate } from './simulated.ts';

const MINUTE = 60; // s

const good = (ms: number): Reply => ({ good: true, ms });

/** Numbers from 0 to 1 that look random and are the same each time. */
const noise = (seed = 1) => {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
};

test('a site that takes three seconds for each request gets as many at once as it may', () => {
  const limits = { concurrency: 20, requestsPerSecond: 20, timeoutSeconds: 60 };
  const run = simulate(5_000, limits, () => good(3_000));
  const best = 20 / 3;
  expect(goodPerSecond(run, 1 * MINUTE, 10 * MINUTE)).toBeGreaterThan(0.8 * best);
  expect(run.endedAt).toBeLessThan((5_000 / best) * 1000 * 1.1); // slow start included
});

test('where it is the requests per second that limit, they are reached', () => {
  const limits = { concurrency: 20, requestsPerSecond: 2, timeoutSeconds: 60 };
  const run = simulate(1_500, limits, () => good(3_000));
  expect(goodPerSecond(run, 3 * MINUTE, 10 * MINUTE)).toBeGreaterThan(0.8 * 2);
});

test('a site whose answers vary much is not taken for a slow one', () => {
  const limits = { concurrency: 10, requestsPerSecond: 20, timeoutSeconds: 60 };
  const random = noise();
  // Exponential: many are quick, and some take several times as long as the mean.
  const run = simulate(5_000, limits, () => good(Math.round(100 - 1_900 * Math.log(random()))));
  expect(goodPerSecond(run, 2 * MINUTE, 12 * MINUTE)).toBeGreaterThan(0.8 * (10 / 2));
});

test('a site that has become slow for good reaches its full concurrency again', () => {
  const limits = { concurrency: 20, requestsPerSecond: 40, timeoutSeconds: 60 };
  const run = simulate(12_000, limits, (at) => good(at < 5 * MINUTE * 1000 ? 1_000 : 3_000));
  const best = 20 / 3;
  expect(goodPerSecond(run, 10 * MINUTE, 18 * MINUTE)).toBeGreaterThan(0.8 * best);
});

test('a slow site is back at full pace soon after a trouble that met it at its slowest', () => {
  const limits = { concurrency: 20, requestsPerSecond: 50, timeoutSeconds: 60 };
  const trouble = [false, false, false, false, false, true, true, false, false, false]; // a stop, and what follows
  let met = 0;
  const run = simulate(3_000, limits, () => {
    met += 1;
    return (trouble[met - 300] ?? true) ? good(3_000) : { good: false, ms: 50 };
  });
  const over = (run.requests.findLast((request) => !request.good)?.at ?? Number.NaN) / 1000;
  expect(goodPerSecond(run, over + 75, over + 105)).toBeGreaterThan((0.8 * 20) / 3);
});

test('a site whose answers take longer the more it has to do is not driven to its time-outs', () => {
  const limits = { concurrency: 40, requestsPerSecond: 40, timeoutSeconds: 60 };
  // Four at a time; what is more has to share. At 40 at once it would take 10 s for each.
  const run = simulate(10_000, limits, (_at, atOnce) => good(Math.max(1_000, atOnce * 250)));
  expect(goodPerSecond(run, 5 * MINUTE, 30 * MINUTE)).toBeGreaterThan(0.8 * 4);
  const later = run.requests.filter(({ at }) => at > 5 * MINUTE * 1000 && at < 30 * MINUTE * 1000);
  const atOnce = later.reduce((sum, request) => sum + request.atOnce, 0) / later.length;
  expect(atOnce).toBeGreaterThan(4);
  expect(atOnce).toBeLessThan(16);
  expect(Math.max(...later.map(({ ms }) => ms))).toBeLessThan(6_000);
});

test('a site that refuses what is too much for it is kept below that, with few refusals', () => {
  const limits = { concurrency: 20, requestsPerSecond: 40, timeoutSeconds: 60 };
  const run = simulate(10_000, limits, (_at, atOnce) => (atOnce > 8 ? { good: false, ms: 50 } : good(1_000)));
  expect(goodPerSecond(run, 2 * MINUTE, 15 * MINUTE)).toBeGreaterThan(0.6 * 8);
  const refused = run.requests.filter((request) => !request.good).length;
  expect(refused / run.requests.length).toBeLessThan(0.05);
});

test('after an outage of an hour few requests were lost to it, and the queue comes back to full pace', () => {
  const limits = { concurrency: 4, requestsPerSecond: 4, timeoutSeconds: 60 };
  const [down, up] = [10 * MINUTE, 70 * MINUTE];
  const isDown = (at: number) => at >= down * 1000 && at < up * 1000;
  const run = simulate(10_000, limits, (at) => (isDown(at) ? { good: false, ms: 100 } : good(1_500)));
  expect(run.requests.filter(({ at }) => isDown(at)).length).toBeLessThan(5 + 4 + 60 / 5 + 6);
  const best = 4 / 1.5;
  expect(goodPerSecond(run, up + 10 * MINUTE, up + 20 * MINUTE)).toBeGreaterThan(0.9 * best);
});

test('whatever a site does for a while, its queue is worked off in the end', () => {
  const weather = fc.record({
    concurrency: fc.integer({ min: 1, max: 50 }),
    requestsPerSecond: fc.double({ min: 0.2, max: 50, noNaN: true }),
    replies: fc.array(
      fc.record(
        {
          good: fc.boolean(),
          ms: fc.integer({ min: 1, max: 60_000 }),
          holdMs: fc.integer({ min: 0, max: 7_200_000 }),
        },
        { requiredKeys: ['good', 'ms'] },
      ),
      { maxLength: 60 },
    ),
  });
  fc.assert(
    fc.property(weather, ({ replies, ...limits }) => {
      const storm = [...replies];
      const run = simulate(100, { ...limits, timeoutSeconds: 60 }, () => storm.shift() ?? good(500));
      expect(run.requests.filter((request) => request.good)).toHaveLength(100);
    }),
    { numRuns: 200 },
  );
});
