/** Money as providers count it. */
export type Money = {
  /** In the currency's smallest unit, such as cents. */
  amount: number;
  /** ISO 4217, in capitals. */
  currency: string;
};

/** Money for a record or a log line: "2900 USD in its smallest unit" would be misread, "29.00 USD" is not. */
export function moneyInWords({ amount, currency }: Money): string {
  const digits = digitsOf(currency);
  return `${(amount / 10 ** digits).toFixed(digits)} ${currency}`;
}

/** Counted in units of themselves, and in thousandths; all others in hundredths. */
const WITHOUT_DIGITS = new Set('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF'.split(' '));
const WITH_THREE = new Set(['BHD', 'JOD', 'KWD', 'OMR', 'TND']);

/**
 * Digits after the point of a currency: 2 of USD, 0 of JPY. As providers count, which is not how people write: the
 * forint has 2, though nobody uses them.
 * @see https://docs.stripe.com/currencies#minor-units
 */
export function digitsOf(currency: string): number {
  if (WITHOUT_DIGITS.has(currency)) return 0;
  return WITH_THREE.has(currency) ? 3 : 2;
}
