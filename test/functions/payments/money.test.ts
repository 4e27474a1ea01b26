import { expect, test } from '@jest/globals';
import { moneyInWords } from '../../../functions/payments/money.ts';

test.each([
  [{ amount: 2900, currency: 'USD' }, '29.00 USD'],
  [{ amount: 5, currency: 'EUR' }, '0.05 EUR'],
  [{ amount: 2900, currency: 'JPY' }, '2900 JPY'],
  [{ amount: 2900, currency: 'KWD' }, '2.900 KWD'],
  [{ amount: 290_000, currency: 'HUF' }, '2900.00 HUF'],
  [{ amount: 50_000, currency: 'ISK' }, '500.00 ISK'],
])('%j reads %s', (money, words) => {
  expect(moneyInWords(money)).toBe(words);
});
