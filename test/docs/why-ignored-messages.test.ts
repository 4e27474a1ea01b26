import { expect, test } from '@jest/globals';
import { messages } from './why-ignored/messages.ts';
import { looselyOf, rows } from './why-ignored/rows.ts';

/** What the rows say, without the status of an answer. */
const known = rows.map(({ words }) => words.replace(/^\d{3} /, ''));

/** Whether one of the two has all the words of the other: a row may leave out what varies, or add what stands before. */
const isTheSame = (row: string, words: string): boolean =>
  new RegExp(looselyOf(words), 's').test(row) || new RegExp(looselyOf(row), 's').test(words);

test('no row has so few words of its own that it would stand for any message', () => {
  expect(known.filter((row) => isTheSame(row, 'an unheard-of message'))).toEqual([]);
});

test('the messages of refusals are found in the code', () => {
  expect(messages().map(({ words }) => words)).toEqual(
    expect.arrayContaining([
      'the team is being deleted',
      'contact … leads no team of …',
      'The URL names … commands (…): a webhook carries one.',
      '… has no subscription of this contact to …; if it has, write … into its metadata: see docs/payments.md',
    ]),
  );
});

test.each(messages())('"$words", of $file, is a row of the page', ({ words }) => {
  expect(known.filter((row) => isTheSame(row, words))).not.toEqual([]);
});
