import { expect, test } from '@jest/globals';
import { violationsOfOrder } from '../../../local/plugin-simulator/order.ts';
import type { SiteRequest } from '../../../local/plugin-simulator/request-log.ts';

/** A delivery from one time to another. */
const delivery = (
  seq: number,
  at: number,
  endedAt: number,
  more: Partial<SiteRequest> = {},
): SiteRequest => ({
  ...{ seq, at, endedAt, startedAt: at, contactId: '7', webhookId: String(seq), outcome: 200 },
  ...{ method: 'POST', path: '/', query: '', plugin: 'AccessAlly', contentType: undefined },
  ...{ body: Buffer.alloc(0), delivered: true, clientGone: false, ...more },
});

test.each([
  ['one after the other', [delivery(1, 0, 1), delivery(2, 2, 3)]],
  ['other contacts between', [delivery(2, 0, 9, { contactId: '8' }), delivery(1, 1, 2), delivery(3, 3, 4)]],
  ['a repeat at once', [delivery(1, 0, 1), delivery(1, 2, 3), delivery(2, 4, 5)]],
  ['what failed before', [delivery(2, 0, 1, { delivered: false, outcome: 500 }), delivery(1, 2, 3)]],
  [
    'a repeat after its answer was lost',
    [delivery(1, 0, 1, { outcome: 'reset' }), delivery(2, 2, 3), delivery(1, 4, 5)],
  ],
  [
    'one given up, worked on after its repeat and a later one',
    [delivery(1, 0, 9, { clientGone: true }), delivery(1, 2, 3), delivery(2, 4, 5)],
  ],
])('in order: %s', (_, requests) => {
  expect(violationsOfOrder(requests)).toEqual([]);
});

test('a delivery after a later one is a violation', () => {
  const requests = [delivery(2, 0, 1), delivery(1, 2, 3), delivery(3, 4, 5)];
  expect(violationsOfOrder(requests)).toEqual([{ contactId: '7', seq: 1, how: 'went back', to: 2 }]);
});

test('a repeat of what was answered, after a later one, is a violation', () => {
  const requests = [delivery(1, 0, 1), delivery(2, 2, 3), delivery(1, 4, 5)];
  expect(violationsOfOrder(requests)).toMatchObject([{ seq: 1, how: 'went back', to: 2 }]);
});

test('a first delivery after a later one is a violation, though its client is gone', () => {
  const requests = [delivery(2, 2, 3), delivery(1, 0, 9, { clientGone: true })];
  expect(violationsOfOrder(requests)).toMatchObject([{ seq: 1, how: 'went back' }]);
});

test('one that comes while an earlier one waits for its answer is a violation', () => {
  const requests = [delivery(1, 0, 3), delivery(2, 2, 4)];
  expect(violationsOfOrder(requests)).toEqual([{ contactId: '7', seq: 2, how: 'side by side', to: 1 }]);
});
