import { randomInt } from 'node:crypto';

/** Without 0 and O, 1, I and L: people read codes aloud and type them in. */
const SIGNS = 'ABCDEFGHJKMNPQRSTUVWXYZ23456789';
const GROUPS = 3;
const GROUP_LENGTH = 4; // twelve signs are 59 bits: nobody finds a code by trying

/** A new code that nobody can guess, such as `HEY-7KQM-X3BD-9TRA`. */
export function newPromotionCode(prefix: string): string {
  const groups = Array.from({ length: GROUPS }, () =>
    Array.from({ length: GROUP_LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join(''),
  );
  return [...(prefix ? [prefix] : []), ...groups].join('-');
}
