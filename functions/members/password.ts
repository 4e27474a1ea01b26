import { createHmac, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

/** Letters and digits that nobody confuses when reading a password off an e-mail: no 0/O, 1/l/I. */
const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ';
const LENGTH = 16; // of 56 characters each: over 92 bits
const SEED_BYTES = 32;

/** Fresh random bits for one password, from the operating system's generator. */
export const newPasswordSeed = (): string => randomBytes(SEED_BYTES).toString('base64url');

/**
 * The password that belongs to a seed. The seed alone, which is what the table holds until the account
 * exists, does not give it away: `secret` is the CRM's API token, and who has that can read the password
 * field anyway. A repeat after a crash arrives at the same password without it ever being stored.
 */
export function passwordFrom(seed: string, secret: string): string {
  let password = '';
  for (let block = 0; password.length < LENGTH; block++) {
    for (const byte of createHmac('sha256', secret).update(`latchkey password ${block} ${seed}`).digest()) {
      // Bytes past the last whole multiple would make some characters likelier than others.
      if (byte < 256 - (256 % ALPHABET.length)) password += ALPHABET[byte % ALPHABET.length];
    }
  }
  return password.slice(0, LENGTH);
}

// OWASP's password storage cheat sheet, scrypt: N = 2^15, r = 8, p = 3 (32 MiB).
const LOG_N = 15;
const R = 8;
const P = 3;
const SALT_BYTES = 16;
const KEY_BYTES = 32;
const MAX_MEMORY = 64 * 1024 * 1024; // scrypt needs 128 · N · r bytes; Node refuses more than 32 MiB unless told

type ScryptCost = { N: number; r: number; p: number; maxmem: number };
const derive = promisify<string, Buffer, number, ScryptCost, Buffer>(scrypt);

/** A memory-hard hash of a password with its own salt, as a PHC string. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const key = await derive(password, salt, KEY_BYTES, { N: 2 ** LOG_N, r: R, p: P, maxmem: MAX_MEMORY });
  return toPhc(salt, key);
}

/** A hash that no password is known to belong to, as costly to check as any other: for accounts that are none. */
export const nobodysHash = (): string => toPhc(randomBytes(SALT_BYTES), randomBytes(KEY_BYTES));

const toPhc = (salt: Buffer, key: Buffer): string =>
  `$scrypt$ln=${LOG_N},r=${R},p=${P}$${base64(salt)}$${base64(key)}`;

/** Whether a password belongs to a hash. A hash that is not one of ours belongs to none. */
export async function passwordMatches(password: string, hash: string): Promise<boolean> {
  // Salt and key in full: a key that was cut off would match by chance, and one cut to nothing always.
  const parts = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{22})\$([\w+/]{43})$/.exec(hash);
  if (!parts) return false;
  const [logN, r, p] = parts.slice(1, 4).map(Number) as [number, number, number];
  if (logN < 1 || logN > LOG_N || r !== R || p < 1 || p > P) return false; // no hash of ours ever cost that
  const expected = Buffer.from(parts[5] as string, 'base64');
  const salt = Buffer.from(parts[4] as string, 'base64');
  const key = await derive(password, salt, expected.length, { N: 2 ** logN, r, p, maxmem: MAX_MEMORY });
  return timingSafeEqual(key, expected);
}

const base64 = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '');
