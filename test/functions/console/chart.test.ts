import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chart } from '../../../functions/console/chart/chart.ts';
import { ticksFor } from '../../../functions/console/chart/scale.ts';
import type { MetricSeries } from '../../../functions/platform/metrics.ts';
import { rowsOf, textIn } from '../../support/console.ts';

const span = {
  since: new Date('2026-05-02T12:00:00Z'),
  until: new Date('2026-05-02T13:00:00Z'),
  periodSeconds: 60,
};
const at = (minute: number): string => new Date(span.since.getTime() + minute * 60_000).toISOString();
const series = (label: string, values: Record<number, number>): MetricSeries => ({
  label,
  points: Object.entries(values).map(([minute, value]) => ({ at: at(Number(minute)), value })),
});

test('bars of one period stand on each other, and the axis has room for all of them together', () => {
  const drawn = chart({
    title: 'Webhooks',
    kind: 'bars',
    series: [series('queued', { 10: 30 }), series('flagged', { 10: 10 })],
    span,
  }).toString();
  const bars = [...drawn.matchAll(/<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"/g)];
  const [lower, upper] = bars.map(([, x, y, height]) => ({
    x: Number(x),
    y: Number(y),
    height: Number(height),
  }));
  expect(bars).toHaveLength(2);
  expect(upper?.x).toBe(lower?.x);
  expect((upper?.y ?? 0) + (upper?.height ?? 0)).toBeCloseTo(lower?.y ?? 0, 0);
  expect((lower?.height ?? 0) / (upper?.height ?? 1)).toBeCloseTo(3, 1);
  expect(textIn(drawn)).toContain(' 40 ');
});

test('a line is broken where a period has no value, and a value alone is a dot', () => {
  const drawn = chart({
    title: 'Answer',
    kind: 'lines',
    series: [series('slowest', { 1: 5, 2: 6, 9: 7 })],
    span,
  }).toString();
  expect(drawn.match(/<polyline/g)).toHaveLength(1);
  expect(drawn.match(/<circle/g)).toHaveLength(1);
});

test('whoever cannot see a chart is told what it shows, and has its numbers, the latest first', () => {
  const drawn = chart({
    title: 'Answer, in milliseconds',
    kind: 'lines',
    limit: { value: 5000, label: 'the CRM hangs up' },
    series: [series('slowest', { 1: 120, 2: 80 }), series('p99', { 2: 60.25 }), series('none', {})],
    span,
  }).toString();
  expect(drawn).toMatch(/<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)">\s*<title id="\1">/);
  expect(drawn).toContain('slowest: 120 at the most; p99: 60.3 at the most; the CRM hangs up: 5k</desc>');
  expect(rowsOf(drawn)).toEqual([
    { Time: '2026-05-02 12:02:00 UTC', slowest: '80', p99: '60.3' },
    { Time: '2026-05-02 12:01:00 UTC', slowest: '120', p99: '–' },
  ]);
});

test('a chart without values says so', () => {
  const drawn = chart({ title: 'Jobs', kind: 'lines', series: [series('operations', {})], span });
  expect(textIn(drawn.toString())).toContain('No values in this time.');
});

test('an axis begins at 0, has few lines, and none of them is crooked or below the highest value', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (most) => {
      const ticks = ticksFor(most);
      expect(ticks[0]).toBe(0);
      expect(ticks.at(-1)).toBeGreaterThanOrEqual(most);
      expect(ticks.length).toBeLessThanOrEqual(6);
      for (const tick of ticks) expect(Number.isInteger(tick)).toBe(true);
    }),
  );
});
