import { expect, test } from '@jest/globals';
import { reasonToPull, type Trigger } from '../../../functions/members/visit.ts';

const NOW = Date.parse('2026-07-17T12:00:00.000Z');
const HOUR_MS = 3_600_000;
const DOWN = { requestedVersion: 3, syncedVersion: 3 };
const UP = { requestedVersion: 4, syncedVersion: 3 };

const pulledAgo = (ms: number) => ({ pulledAt: new Date(NOW - ms).toISOString() });
const reason = (trigger: Trigger, flag: typeof DOWN, member: { pulledAt?: string } | undefined, hours = 24) =>
  reasonToPull(trigger, { flag, member }, { pullAfterHours: hours }, NOW);

test.each(['email-link', 'profile-view'] as const)('%s always pulls', (trigger) => {
  expect(reason(trigger, DOWN, pulledAgo(0))).toBe(trigger);
  expect(reason(trigger, UP, pulledAgo(0))).toBe(trigger);
  expect(reason(trigger, DOWN, undefined)).toBe(trigger);
});

test('a page visit pulls when a webhook has arrived since the last pull', () => {
  expect(reason('page-visit', UP, pulledAgo(0))).toBe('flagged');
});

test.each([
  ['one millisecond before 24 hours', 24 * HOUR_MS - 1, 24, 'current'],
  ['at 24 hours exactly', 24 * HOUR_MS, 24, 'expired'],
  ['after 24 hours', 24 * HOUR_MS + 1, 24, 'expired'],
  ['one millisecond before the hours that the site has set', 0.5 * HOUR_MS - 1, 0.5, 'current'],
  ['at the hours that the site has set', 0.5 * HOUR_MS, 0.5, 'expired'],
  ['by a clock that is ahead', -HOUR_MS, 24, 'current'],
])('a page visit %s after the last pull', (_, ms, hours, expected) => {
  expect(reason('page-visit', DOWN, pulledAgo(ms), hours)).toBe(expected);
});

test('a page visit pulls what was never pulled, such as an account that was imported', () => {
  expect(reason('page-visit', DOWN, undefined)).toBe('never-pulled');
  expect(reason('page-visit', DOWN, {})).toBe('never-pulled');
});
