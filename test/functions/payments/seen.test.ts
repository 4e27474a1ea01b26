import { expect, test } from '@jest/globals';
import type { Subscription } from '../../../functions/payments/provider.ts';
import { nowKnown } from '../../../functions/payments/seen.ts';
import type { KnownSubscription } from '../../../functions/store/members.ts';

const T = (hour: number): string => `2026-07-17T${String(hour).padStart(2, '0')}:00:00.000Z`;
const NEXT_MONTH = '2026-08-17T00:00:00.000Z';

const known = (more: Partial<KnownSubscription>): KnownSubscription => ({
  ...{ provider: 'stripe', id: 'sub_1', state: 'active', readAt: T(10) },
  ...more,
});
const seen = (more: Partial<Subscription>, readAt = T(11)) => ({
  subscription: { id: 'sub_1', state: 'active', items: [], ...more } as Subscription,
  readAt,
});
const now = (was: KnownSubscription | undefined, what: ReturnType<typeof seen>) =>
  nowKnown(was, 'stripe', { ...what, now: T(12) });

test('what is seen first is known as it is', () => {
  expect(now(undefined, seen({ state: 'trialing', paidUntil: NEXT_MONTH }))).toEqual({
    ...{ provider: 'stripe', id: 'sub_1', state: 'trialing', paidUntil: NEXT_MONTH, readAt: T(11) },
  });
});

test('what was read earlier does not replace what was read later', () => {
  const was = known({ state: 'past_due', readAt: T(11) });
  expect(now(was, seen({ state: 'active' }, T(10)))).toBe(was);
});

test('a subscription that has ended stays so', () => {
  const was = known({ state: 'ended' });
  expect(now(was, seen({ state: 'active' }))).toBe(was);
});

test('one that ended does not replace another that lives; one that lives does', () => {
  const was = known({ state: 'active' });
  expect(now(was, seen({ id: 'sub_old', state: 'ended' }))).toBe(was);
  expect(now(was, seen({ id: 'sub_new', state: 'active' }))).toMatchObject({ id: 'sub_new' });
  expect(now(known({ state: 'ended' }), seen({ id: 'sub_new', state: 'ended' }))).toMatchObject({
    id: 'sub_new',
  });
});

test('what is paid for is not taken back by cancelling where that means "no further charges"', () => {
  const was = known({ paidUntil: NEXT_MONTH });
  expect(now(was, seen({ state: 'ended', isPaidOut: true, endsAt: T(11) }))).toMatchObject({
    state: 'cancelling',
    endsAt: NEXT_MONTH,
  });
  expect(now(was, seen({ state: 'ended', endsAt: T(11) }))).toMatchObject({ state: 'ended', endsAt: T(11) });
});

test.each([
  ['nobody knows until when it was paid for', known({})],
  ['that is over', known({ paidUntil: T(9) })],
  ['it was never seen before', undefined],
])('a cancelled one ends at once where %s', (_, was) => {
  expect(now(was, seen({ state: 'ended', isPaidOut: true }))).toMatchObject({ state: 'ended' });
});

test('how long it is paid for is kept where the provider forgets it, and forgotten with another subscription', () => {
  const was = known({ paidUntil: NEXT_MONTH });
  expect(now(was, seen({ state: 'paused' }))).toMatchObject({ paidUntil: NEXT_MONTH });
  expect(now(was, seen({ id: 'sub_new', state: 'active' }))).not.toHaveProperty('paidUntil');
});

test('a failed payment is not forgotten while charges are stopped, and is by one that is paid or ends', () => {
  const failed = now(undefined, seen({ state: 'past_due' }));
  const paused = now(failed, seen({ state: 'paused' }));
  expect(paused).toMatchObject({ state: 'paused', hasFailed: true });
  expect(now(paused, seen({ state: 'cancelling' }))).toMatchObject({ hasFailed: true });
  for (const state of ['active', 'past_due', 'ended'] as const)
    expect(now(paused, seen({ state }))).not.toHaveProperty('hasFailed');
  expect(now(known({}), seen({ state: 'paused' }))).not.toHaveProperty('hasFailed');
});
