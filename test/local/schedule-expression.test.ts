import { expect, test } from '@jest/globals';
import { nextTime } from '../../local/schedule-expression.ts';

const next = (expression: string, after: string) =>
  new Date(nextTime(expression, Date.parse(after))).toISOString();

test.each([
  ['rate(1 minute)', '2026-01-01T00:00:30Z', '2026-01-01T00:01:30.000Z'],
  ['rate(2 hours)', '2026-01-01T00:00:00Z', '2026-01-01T02:00:00.000Z'],
  ['cron(0/15 * * * ? *)', '2026-01-01T00:15:00Z', '2026-01-01T00:30:00.000Z'],
  ['cron(0 3 * * ? *)', '2026-01-31T03:00:00Z', '2026-02-01T03:00:00.000Z'],
  ['cron(30 8 ? * MON-FRI *)', '2026-01-03T00:00:00Z', '2026-01-05T08:30:00.000Z'],
  ['cron(0 0 29 FEB ? *)', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ['cron(5,10 1 1 1 ? 2027)', '2026-06-01T00:00:00Z', '2027-01-01T01:05:00.000Z'],
])('%s after %s fires at %s', (expression, after, expected) => {
  expect(next(expression, after)).toBe(expected);
});

test.each(['every minute', 'rate(1 week)', 'cron(0 0 L * ? *)', 'cron(0 0 30 2 ? *)'])(
  '%s is refused',
  (expression) => {
    expect(() => next(expression, '2026-01-01T00:00:00Z')).toThrow(/cannot read|never fires/);
  },
);
