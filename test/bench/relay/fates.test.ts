import { expect, test } from '@jest/globals';
import { fatesOf } from '../../../bench/relay/fates.ts';
import { makeWebhooks } from '../../../bench/relay/webhook-bodies.ts';

const [update, sameUpdate, fieldop, genpass] = [1, 2, 3, 4]; // what a contact's webhooks ask for, by their numbers
const fate = (...done: number[]) =>
  [
    ...fatesOf(
      makeWebhooks(4, 1),
      done.map((seq) => ({ seq, delivered: true })),
    ),
  ]
    .toSorted()
    .map(([, is]) => is);

test('a webhook is done by its own delivery', () => {
  expect(fate(update, sameUpdate, fieldop, genpass)).toEqual(['done', 'done', 'done', 'done']);
});

test('an update is brought by a later one next to it', () => {
  expect(fate(sameUpdate, fieldop, genpass)).toEqual(['joined', 'done', 'done', 'done']);
});

test('an update is brought by no earlier one, and what adds by nothing', () => {
  expect(fate(update, genpass)).toEqual(['done', 'lost', 'lost', 'done']);
});

test('an update is brought by none behind something else', () => {
  const webhooks = makeWebhooks(6, 1); // the sixth is an update again
  const fates = fatesOf(webhooks, [{ seq: 6, delivered: true }]);
  expect([fates.get(1), fates.get(2), fates.get(6)]).toEqual(['lost', 'lost', 'done']);
});

test('what the site took without doing it is lost', () => {
  expect(fatesOf(makeWebhooks(1, 1), [{ seq: 1, delivered: false }]).get(1)).toBe('lost');
});
