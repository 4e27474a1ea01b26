import Big from 'big.js';
import { Rejected } from '../platform/errors.ts';

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;
const MOST_CHARACTERS = 30; // far beyond any points or amounts; a field that grows on and on is a mistake

/**
 * Reads a field as an exact decimal number; an empty one is 0.
 * @throws Rejected where it holds something else
 */
export function numberIn(field: string, text: string): Big {
  const trimmed = text.trim();
  if (trimmed === '') return new Big(0);
  if (!NUMBER.test(trimmed) || trimmed.length > MOST_CHARACTERS)
    throw new Rejected(`field ${field} holds no number`);
  return new Big(trimmed.replace('+', ''));
}

/**
 * Writes a number into a field.
 * @param decimals digits after the point, rounded half up; left out, as many as it has
 * @throws Rejected where it is longer than any number should be
 */
export function numberText(field: string, number: Big, decimals: number | undefined): string {
  const text = decimals === undefined ? number.toFixed() : number.toFixed(decimals, Big.roundHalfUp);
  if (text.length > MOST_CHARACTERS)
    throw new Rejected(`the number for field ${field} is longer than ${MOST_CHARACTERS} characters`);
  return text === '-0' ? '0' : text;
}
