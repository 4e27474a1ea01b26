import { expect, test } from '@jest/globals';
import { noteOwnTags, withOwnTags } from '../../../functions/members/own-tags.ts';

const at = (seconds: number): string =>
  new Date(Date.parse('2026-07-17T12:00:00Z') + seconds * 1000).toISOString();
const added = (tag: string, seconds: number) => ({ tag, added: true, at: at(seconds) });
const removed = (tag: string, seconds: number) => ({ tag, added: false, at: at(seconds) });

test('a tag that we added stays, and one that we took away stays away, while the CRM lags', () => {
  expect(withOwnTags(['1', '3'], [added('2', 0), removed('3', 0)], at(119))).toEqual({
    tags: ['1', '2'],
    lags: true,
  });
});

test('a pull that shows what we wrote does not lag', () => {
  expect(withOwnTags(['1', '2'], [added('2', 0), removed('3', 0)], at(10))).toEqual({
    tags: ['1', '2'],
    lags: false,
  });
});

test('two minutes after our write the CRM is believed', () => {
  expect(withOwnTags(['1'], [added('2', 0)], at(120))).toEqual({ tags: ['1'], lags: false });
});

test('what we write while a pull is under way counts too', () => {
  expect(withOwnTags(['1'], [added('2', 30)], at(0))).toEqual({ tags: ['1', '2'], lags: true });
});

test('of one tag only the last change is kept, and old ones go', () => {
  const noted = noteOwnTags([added('1', -200), added('2', 0), added('3', 1)], [removed('2', 5)], at(5));
  expect(noted).toEqual([added('3', 1), removed('2', 5)]);
});
