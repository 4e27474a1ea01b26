import { expect, test } from '@jest/globals';
import { MetricStore } from '../../../local/metrics/metric-store.ts';
import { statistic } from '../../../local/metrics/statistic.ts';

const MINUTE = 60_000;
const NOON = Date.parse('2026-03-01T12:00:00Z');
const jobs = (Outcome: string) => ({ namespace: 'N', name: 'Jobs', dimensions: { Outcome } });

test('values are kept by the minute and read by the period, which begins on its own multiple', () => {
  const store = new MetricStore();
  store.add(jobs('applied'), 1, NOON + 1);
  store.add(jobs('applied'), 2, NOON + MINUTE);
  store.add(jobs('applied'), 3, NOON + 5 * MINUTE);
  const read = store.read(jobs('applied'), NOON + 2 * MINUTE, NOON + 10 * MINUTE, 5 * MINUTE);
  expect([...read]).toEqual([
    [
      NOON,
      new Map([
        [1, 1],
        [2, 1],
      ]),
    ],
    [NOON + 5 * MINUTE, new Map([[3, 1]])],
  ]);
});

test('what comes at the end of the span is not in it', () => {
  const store = new MetricStore();
  store.add(jobs('applied'), 1, NOON);
  expect(store.read(jobs('applied'), NOON - MINUTE, NOON, MINUTE).size).toBe(0);
});

test('a metric is named by its namespace, its name and all of its dimensions', () => {
  const store = new MetricStore();
  store.add({ namespace: 'N', name: 'A', dimensions: { x: '1', y: '2' } }, 7, NOON);
  const valuesOf = (dimensions: Record<string, string>) =>
    store.read({ namespace: 'N', name: 'A', dimensions }, NOON, NOON + MINUTE, MINUTE).size;
  expect(valuesOf({ y: '2', x: '1' })).toBe(1);
  expect([valuesOf({ x: '1' }), valuesOf({}), valuesOf({ x: '1', y: '3' })]).toEqual([0, 0, 0]);
});

test('what is older than three hours is forgotten as new values come', () => {
  const store = new MetricStore();
  store.add(jobs('applied'), 1, NOON);
  store.add(jobs('applied'), 1, NOON + 180 * MINUTE);
  expect(store.read(jobs('applied'), 0, NOON + 1000 * MINUTE, MINUTE).size).toBe(2);
  store.add(jobs('applied'), 1, NOON + 181 * MINUTE);
  expect([...store.read(jobs('applied'), 0, NOON + 1000 * MINUTE, MINUTE).keys()]).toEqual([
    NOON + 180 * MINUTE,
    NOON + 181 * MINUTE,
  ]);
});

test.each([
  ['Sum', 110],
  ['SampleCount', 11],
  ['Average', 10],
  ['Minimum', 1],
  ['Maximum', 100],
  ['p50', 1],
  ['p90', 1],
  ['p99', 100],
  ['p100', 100],
])('%s of ten ones and a hundred is %p', (name, expected) => {
  expect(
    statistic(
      name,
      new Map([
        [100, 1],
        [1, 10],
      ]),
    ),
  ).toBe(expected);
});

test.each(['p101', 'TM(2%:98%)', 'Median', ''])('the statistic "%s" is not known, and said so', (name) => {
  expect(() => statistic(name, new Map([[1, 1]]))).toThrow(/does not know the statistic/);
});
