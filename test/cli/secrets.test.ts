import { expect, test } from '@jest/globals';
import { newSecret, newSigningSecret } from '../../cli/secrets.ts';

const MANY = 200; // draws, of which every character has 32 kinds: practically never fewer than half are seen

test('a handshake or API key has 160 random bits and stands in a URL as it is', () => {
  const secret = newSecret();
  expect(secret).toMatch(/^[0-9abcdefghjkmnpqrstvwxyz]{32}$/); // 32 characters of 5 bits
  expect(new URL(`https://hooks.example.com/?aal_updateuser=${secret}`).search).toContain(secret);
});

test('every character varies: there is no readable prefix', () => {
  const secrets = Array.from({ length: MANY }, newSecret);
  expect(new Set(secrets).size).toBe(MANY);
  for (let at = 0; at < 32; at++)
    expect(new Set(secrets.map((secret) => secret[at])).size).toBeGreaterThan(16);
});

test('a signing secret has 32 random bytes behind the prefix of Standard Webhooks, another one each time', () => {
  const secrets = Array.from({ length: MANY }, newSigningSecret);
  expect(new Set(secrets).size).toBe(MANY);
  for (const secret of secrets) {
    expect(secret).toMatch(/^whsec_/);
    expect(Buffer.from(secret.slice('whsec_'.length), 'base64')).toHaveLength(32);
  }
});
