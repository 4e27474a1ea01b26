import { expect, test } from '@jest/globals';
import { compared } from '../../../bench/support/compare.ts';

const table = (...rows: (string | number)[][]) => ({ columns: ['what', 'ms', 'calls'], rows });

test('each number that differs says how many times the earlier one it is', () => {
  const now = table(['light', 15, 2], ['heavy', 0.5, 3]);
  const then = table(['heavy', 1, 3], ['light', 10, 0]);
  expect(compared(now, then).rows).toEqual([
    ['light', '15 (× 1.50)', '2 (was 0)'],
    ['heavy', '0.5 (× 0.50)', '3 (same)'],
  ]);
});

test('a row or column that was not there before is new', () => {
  const then = { columns: ['what', 'ms'], rows: [['light', 10]] };
  expect(compared(table(['light', 10, 2], ['heavy', 1, 3]), then).rows).toEqual([
    ['light', '10 (same)', '2 (new)'],
    ['heavy', '1 (new)', '3 (new)'],
  ]);
});
