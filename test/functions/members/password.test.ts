import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import {
  hashPassword,
  newPasswordSeed,
  passwordFrom,
  passwordMatches,
} from '../../../functions/members/password.ts';

const SECRET = 'token-of-the-account';
const fresh = (count: number): string[] =>
  Array.from({ length: count }, () => passwordFrom(newPasswordSeed(), SECRET));

test('a password has 16 characters, and none that looks like another one', () => {
  for (const password of fresh(2_000)) {
    expect(password).toHaveLength(16);
    expect(password).toMatch(/^[A-Za-z2-9]+$/);
    expect(password).not.toMatch(/[01OoIl]/);
  }
});

test('every character is as likely as every other one', () => {
  const counts = new Map<string, number>();
  for (const character of fresh(20_000).join('')) counts.set(character, (counts.get(character) ?? 0) + 1);
  const expected = (20_000 * 16) / counts.size;
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);

  // With n characters it is n - 1 on average, give or take √(2(n - 1)): eight times that happens to nobody.
  // Taking a random byte modulo n instead would add thousands.
  const degrees = counts.size - 1;
  expect(counts.size).toBeGreaterThanOrEqual(54);
  expect(chiSquare).toBeLessThan(degrees + 8 * Math.sqrt(2 * degrees));
});

test('the same seed and secret give the same password, whenever it is asked for', () => {
  const seed = newPasswordSeed();
  expect(passwordFrom(seed, SECRET)).toBe(passwordFrom(seed, SECRET));
});

test('another seed gives another password, and so does another secret: the seed alone gives nothing away', () => {
  const seed = newPasswordSeed();
  expect(passwordFrom(newPasswordSeed(), SECRET)).not.toBe(passwordFrom(seed, SECRET));
  expect(passwordFrom(seed, 'token-of-another-account')).not.toBe(passwordFrom(seed, SECRET));
  expect(new Set(fresh(2_000)).size).toBe(2_000);
});

test('a seed has 256 random bits', () => {
  const seeds = Array.from({ length: 1_000 }, newPasswordSeed);
  expect(new Set(seeds).size).toBe(1_000);
  for (const seed of seeds) expect(Buffer.from(seed, 'base64url')).toHaveLength(32);
});

test('a password matches its hash, and no other password does', async () => {
  const [password = ''] = fresh(1);
  const hash = await hashPassword(password);
  expect(await passwordMatches(password, hash)).toBe(true);
  for (const wrong of ['', password.slice(0, -1), `${password} `, password.toUpperCase()]) {
    expect(await passwordMatches(wrong, hash)).toBe(false);
  }
});

test('a password with characters beyond ASCII, as a CRM field may hold, matches its hash', async () => {
  const hash = await hashPassword('Schlüssel 🔑 пароль');
  expect(await passwordMatches('Schlüssel 🔑 пароль', hash)).toBe(true);
  expect(await passwordMatches('Schlussel 🔑 пароль', hash)).toBe(false);
});

test('a hash is a PHC string with the cost in it, and does not show the password', async () => {
  const hash = await hashPassword('correct horse');
  expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(hash).not.toContain('correct');
});

test('two hashes of one password differ, and both match', async () => {
  const [one, two] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(one).not.toBe(two);
  expect(await passwordMatches('correct horse', one)).toBe(true);
  expect(await passwordMatches('correct horse', two)).toBe(true);
});

const SALT = 'c29tZXNhbHRzb21lc2FsdA';
const KEY = randomBytes(32).toString('base64').replace('=', '');

test.each([
  ['nothing', ''],
  ['the password itself', 'correct horse'],
  ['bcrypt', '$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW'],
  ['argon2id', `$argon2id$v=19$m=65536,t=3,p=4$${SALT}$${KEY}`],
  ['scrypt with more memory than there is', `$scrypt$ln=30,r=8,p=1$${SALT}$${KEY}`],
  ['scrypt with twice our memory', `$scrypt$ln=16,r=8,p=1$${SALT}$${KEY}`],
  ['scrypt without cost', `$scrypt$ln=0,r=0,p=0$${SALT}$${KEY}`],
  ['a hash of ours without its key', `$scrypt$ln=15,r=8,p=3$${SALT}$`],
  ['a hash of ours whose key is cut off', `$scrypt$ln=15,r=8,p=3$${SALT}$A`],
])('%s is no hash of ours: no password matches, and nothing is thrown', async (_, hash) => {
  expect(await passwordMatches('correct horse', hash)).toBe(false);
});
