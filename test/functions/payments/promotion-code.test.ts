import { expect, test } from '@jest/globals';
import { newPromotionCode } from '../../../functions/payments/promotion-code.ts';

const CODES = 2_000;

test('a code begins with its prefix, and holds nothing that is misread', () => {
  expect(newPromotionCode('HEY')).toMatch(/^HEY(-[A-HJKMNP-Z2-9]{4}){3}$/);
  expect(newPromotionCode('')).toMatch(/^[A-HJKMNP-Z2-9]{4}(-[A-HJKMNP-Z2-9]{4}){2}$/);
});

test('codes use all signs in all places: none can be guessed from another', () => {
  const codes = Array.from({ length: CODES }, () => newPromotionCode('').replaceAll('-', ''));
  expect(new Set(codes).size).toBe(CODES);
  for (let place = 0; place < 12; place++) expect(new Set(codes.map((code) => code[place])).size).toBe(31);
});
