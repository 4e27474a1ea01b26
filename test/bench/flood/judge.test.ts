import { expect, test } from '@jest/globals';
import type { Attempt } from '../../../bench/flood/attempts.ts';
import { type Seen, troublesOf } from '../../../bench/flood/judge.ts';
import type { Posted } from '../../../bench/support/post.ts';

const webhook = { path: '/', contentType: '', body: '' };
const real = (id: string, durationMs = 10, status = 200): Posted => ({
  ...{ webhook, delivery: { status, headers: {}, durationMs }, text: JSON.stringify({ webhook: id }) },
});
const attempt = (status = 401, wanted = 401): Seen['attempts'][number] => {
  const made: Attempt = { ...webhook, kind: 'random', status: wanted };
  return { webhook: made, delivery: { status, headers: {}, durationMs: 1 } };
};
const attempts = (...more: Seen['attempts']) => [...Array.from({ length: 9 }, () => attempt()), ...more];

const seen = (more: Partial<Seen> = {}): Seen => ({
  ...{ alone: [real('1')], during: [real('2')], attempts: attempts(attempt(413, 413)) },
  ...{ recorded: new Set(['1', '2']), awsRequests: 0, changedItems: 0 },
  ...more,
});

test('a flood of which nothing comes is no trouble', () => {
  expect(troublesOf(seen())).toEqual([]);
});

test.each<[string, Partial<Seen>, string]>([
  [
    'an attempt that is accepted',
    { attempts: attempts(attempt(200)) },
    '1 attempts were not refused as they should: random: 200',
  ],
  [
    'an attempt that crashes something',
    { attempts: attempts(attempt(500)) },
    '1 attempts were not refused as they should: random: 500',
  ],
  [
    'an attempt that is not answered',
    { attempts: attempts({ ...attempt(), delivery: { failure: 'time-out', durationMs: 1 } }) },
    '1 attempts were not refused as they should: random: time-out',
  ],
  ['a request to AWS', { awsRequests: 1 }, 'attempts cost 1 requests to AWS'],
  ['an item that changed', { changedItems: 2 }, 'attempts changed 2 items of the table'],
  [
    'a record of no webhook',
    { recorded: new Set(['1', '2', '3']) },
    '1 records are of no webhook of the site',
  ],
  ['a webhook without a record', { recorded: new Set(['1']) }, "1 of the site's webhooks have no record"],
  [
    'a refused webhook',
    { during: [real('2'), real('', 1, 503)] },
    "1 of the site's webhooks were not answered 2xx",
  ],
  [
    'a late answer',
    { during: [real('2', 5_001)] },
    "1 of the site's webhooks were answered after more than 5 s",
  ],
  ['a flood that is none', { attempts: [attempt()] }, '1 attempts are no flood for 1 webhooks'],
])('%s is a trouble, and the only one', (_, more, words) => {
  expect(troublesOf(seen(more))).toEqual([words]);
});
