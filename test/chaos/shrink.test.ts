import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shrink } from '../../chaos/shrink.ts';

test('what is left fails, and every part of it is needed', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 1, max: 5 }),
      (all, many) => {
        const culprits = all.slice(0, many);
        const fails = (some: readonly number[]) => culprits.every((each) => some.includes(each));
        expect(shrink(all.toSorted(), fails).toSorted()).toEqual(culprits.toSorted());
      },
    ),
  );
});

test('where any of several would do, one of them is left, and the order stays', () => {
  const fails = (some: readonly number[]) => some.filter((each) => each % 2 === 0).length >= 2;
  const left = shrink([1, 2, 3, 4, 5, 6, 7, 8], fails);
  expect(left).toHaveLength(2);
  expect(left).toEqual(left.toSorted());
});
