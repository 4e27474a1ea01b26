import { expect, test } from '@jest/globals';
import { duration, time } from '../../../functions/console/parts/time.ts';

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
  [4 * 86_400_000 + 3_600_000, '4 d 1 h'],
])('%i ms are %s', (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  ['2026-05-02T11:59:48.000Z', '12 s ago'],
  ['2026-05-02T12:00:00.500Z', 'now'],
  ['2026-05-02T12:03:00.000Z', 'in 3 min'],
])('%s is shown as %s, with the exact time behind it', (iso, words) => {
  const now = new Date('2026-05-02T12:00:00.000Z');
  expect(time(iso, now).toString()).toBe(
    `<time datetime="${iso}" title="${iso.slice(0, 19).replace('T', ' ')} UTC">${words}</time>`,
  );
});
