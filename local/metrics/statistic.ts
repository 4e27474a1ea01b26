import type { Values } from './metric-store.ts';

const PERCENTILE = /^p(\d{1,2}(?:\.\d+)?|100)$/;

/**
 * What a statistic makes of the values of a period, of which there is at least one.
 * @param name Sum, Average, Minimum, Maximum, SampleCount or a percentile such as p99, which is the value below or
 *   at which that share of all values is
 * @throws on any other
 */
export function statistic(name: string, values: Values): number {
  const sum = [...values].reduce((total, [value, times]) => total + value * times, 0);
  const count = [...values.values()].reduce((total, times) => total + times, 0);
  switch (name) {
    case 'Sum':
      return sum;
    case 'SampleCount':
      return count;
    case 'Average':
      return sum / count;
    case 'Minimum':
      return Math.min(...values.keys());
    case 'Maximum':
      return Math.max(...values.keys());
  }
  const [, percent] = PERCENTILE.exec(name) ?? [];
  if (percent === undefined)
    throw new Error(`the stand-in for CloudWatch does not know the statistic ${name}`);
  return percentile(values, (count * Number(percent)) / 100);
}

function percentile(values: Values, rank: number): number {
  const sorted = [...values].sort(([a], [b]) => a - b);
  let seen = 0;
  for (const [value, times] of sorted) {
    seen += times;
    if (seen >= rank) return value;
  }
  return sorted.at(-1)?.[0] ?? 0;
}
