/**
 * Loaded before a program (`node --import`): its password hashes cost next to nothing. Thousands of real ones would
 * take a computer half an hour, which is what they are for; here nobody logs in by them.
 */
import crypto, { type ScryptOptions } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const CHEAP = { N: 2, r: 1, p: 1 };

type Scrypt = (
  password: string,
  salt: Buffer,
  length: number,
  options: ScryptOptions,
  done: (error: Error | null, key: Buffer) => void,
) => void;

const { scrypt } = crypto as { scrypt: Scrypt };
(crypto as { scrypt: Scrypt }).scrypt = (password, salt, length, _options, done) =>
  scrypt(password, salt, length, CHEAP, done);
syncBuiltinESMExports();
