import { expect, test } from '@jest/globals';
import { untilWritten } from '../../../functions/store/until-written.ts';

/** Somebody who finds others in the way for a while. */
function trying(othersFirst: number) {
  const tries: number[] = [];
  const tryOnce = async () => {
    tries.push(performance.now());
    return tries.length > othersFirst ? 'written' : undefined;
  };
  return { tries, tryOnce };
}

test('a change that nobody is in the way of is made at once', async () => {
  const { tries, tryOnce } = trying(0);
  expect(await untilWritten('a team', tryOnce)).toBe('written');
  expect(tries).toHaveLength(1);
});

test('a change is decided again while others come in between', async () => {
  const { tries, tryOnce } = trying(9);
  expect(await untilWritten('a team', tryOnce)).toBe('written');
  expect(tries).toHaveLength(10);
});

test('a change that others are in the way of too often is given up, and said by name', async () => {
  const { tries, tryOnce } = trying(100);
  await expect(untilWritten('a team', tryOnce)).rejects.toThrow('a team is changed by too many at once');
  expect(tries).toHaveLength(10);
});

test('an error ends it at once', async () => {
  let tries = 0;
  const tryOnce = async () => {
    tries++;
    throw new Error('no table');
  };
  await expect(untilWritten('a team', tryOnce)).rejects.toThrow('no table');
  expect(tries).toBe(1);
});
