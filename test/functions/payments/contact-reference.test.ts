import { expect, test } from '@jest/globals';
import {
  contactReference,
  isContactReference,
  referencedContact,
} from '../../../functions/payments/contact-reference.ts';

test('a reference leads back to its contact, at its site alone', () => {
  const reference = contactReference('academy', '42:3');
  expect(referencedContact('academy', reference)).toBe('42:3');
  expect(referencedContact('studio', reference)).toBeUndefined();
});

test.each([undefined, '', 'academy', 'academy:', '42', 'academy:..', 'academy:4/2', 'academy:*'])(
  '%j names nobody',
  (reference) => {
    expect(referencedContact('academy', reference)).toBeUndefined();
  },
);

test.each([
  ['academy:42', true],
  ['another-site:c-7', true],
  ['WC-1042', false],
  ['{"order":42}', false],
  ['', false],
  [undefined, false],
])('%j says whose it is: %s', (text, is) => {
  expect(isContactReference(text)).toBe(is);
});
