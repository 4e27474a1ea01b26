import { expect, test } from '@jest/globals';
import { countThrough, troublesOf } from '../../../bench/relay/judge.ts';
import type { Posted } from '../../../bench/relay/post-all.ts';
import type { Through } from '../../../bench/relay/through.ts';
import { makeWebhooks } from '../../../bench/relay/webhook-bodies.ts';
import type { SiteRequest } from '../../../local/plugin-simulator/request-log.ts';

const LIMITS = { concurrency: 2, answerMs: 1_000 };

/** The third and fourth webhook of the contact are no updates. */
const delivery = (seq: number, at: number, more: Partial<SiteRequest> = {}): SiteRequest => ({
  ...{ seq, at, startedAt: at, endedAt: at + 1, contactId: '1', webhookId: String(seq), outcome: 200 },
  ...{ method: 'POST', path: '/', query: '', plugin: 'AccessAlly', contentType: undefined },
  ...{ body: Buffer.alloc(0), delivered: true, clientGone: false, ...more },
});
const answered = (seq: number): Posted => ({ seq, delivery: { status: 200, headers: {}, durationMs: seq } });

const ALL = [delivery(1, 0), delivery(2, 2), delivery(3, 4), delivery(4, 6)];

const through = (requests: SiteRequest[], more: Partial<Through> = {}): Through => ({
  ...{ webhooks: makeWebhooks(4, 1), posted: [1, 2, 3, 4].map(answered), seconds: 4, playedToTheEnd: true },
  ...{ site: { requests, mostOpen: 2 }, ...more },
});
const troubles = (what: Through) => troublesOf(countThrough(what, LIMITS), LIMITS);

test('a relay that kept its promises has no trouble', () => {
  expect(troubles(through(ALL))).toEqual([]);
  expect(countThrough(through(ALL), LIMITS)).toMatchObject({
    ...{ sent: 4, answered: 4, p50Ms: 2, p99Ms: 4, slowestMs: 4, mostOpen: 2, repeated: 0, seconds: 4 },
    ...{ fates: { done: 4, joined: 0, lost: 0 }, leastSeconds: 2 },
  });
});

test('updates that became one take no time of the host', () => {
  const counts = countThrough(through(ALL.slice(1)), LIMITS);
  expect(counts).toMatchObject({ fates: { done: 3, joined: 1, lost: 0 }, leastSeconds: 1.5 });
  expect(troublesOf(counts, LIMITS)).toEqual([]);
});

test('a repeat is no trouble where the answer before it was lost', () => {
  const repeated = [delivery(1, 0, { outcome: 'reset' }), delivery(1, 2), ...ALL.slice(1).map((d) => d)];
  const counts = countThrough(
    through(repeated.map((d, n) => ({ ...d, at: n * 2, endedAt: n * 2 + 1 }))),
    LIMITS,
  );
  expect(counts).toMatchObject({ repeated: 1, repeatedForNothing: 0 });
  expect(troublesOf(counts, LIMITS)).toEqual([]);
});

test.each<[string, Through, RegExp]>([
  [
    'a webhook that was not answered in time',
    through(ALL, {
      posted: [...[1, 2, 3].map(answered), { seq: 4, delivery: { failure: 'time-out', durationMs: 5_000 } }],
    }),
    /^1 of 4 webhooks were not answered 2xx in time$/,
  ],
  [
    'a webhook that was refused',
    through(ALL, {
      posted: [1, 2, 3, 4].map((seq) => ({ seq, delivery: { status: 503, headers: {}, durationMs: 1 } })),
    }),
    /^4 of 4 webhooks were not answered/,
  ],
  ['a lost webhook', through(ALL.slice(0, 3), { seconds: undefined }), /^1 of 4 webhooks never reached/],
  [
    'an order that was not kept',
    through([delivery(3, 0), delivery(1, 2), delivery(2, 4), delivery(4, 6)]),
    /^2 webhooks were out of order: of contact 1, number 1 came after number 3$/,
  ],
  [
    'requests side by side',
    through([delivery(1, 0, { endedAt: 3 }), delivery(2, 2), delivery(3, 4), delivery(4, 6)]),
    /^1 webhooks were out of order: of contact 1, number 2 came before the answer to number 1$/,
  ],
  [
    'more at once than the site bears',
    through(ALL, { site: { requests: ALL, mostOpen: 3 } }),
    /^the site had 3 requests at once, of the 2 in its config$/,
  ],
  [
    'a repeat of what was answered',
    through([...ALL, delivery(4, 8)]),
    /^1 webhooks were handed on again though the plugin's answer had arrived$/,
  ],
  ['a script that was not over', through(ALL, { playedToTheEnd: false }), /had not gone through all/],
])('%s is a trouble, and the only one', (_, what, words) => {
  expect(troubles(what)).toEqual([expect.stringMatching(words)]);
});
