import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { checkConfig } from '../../../lib/config.ts';
import { latchkey } from '../latchkey.ts';

test("the hash is the key's SHA-256, and the config takes it", async () => {
  const { apiKey, sha256 } = JSON.parse((await latchkey('api-key', '--json')).out);
  expect(sha256).toBe(createHash('sha256').update(apiKey).digest('hex'));
  const handshake = JSON.parse((await latchkey('handshake', '--json')).out).sha256;
  const site = { id: 'mine', handshakes: [handshake], apiKeys: [sha256], crm: { kind: 'activecampaign' } };
  expect(checkConfig({ sites: [site] }, 'test').sites[0]?.apiKeys).toEqual([sha256]);
});

test('people are told which part goes where', async () => {
  const { code, out, err } = await latchkey('api-key');
  expect(code).toBe(0);
  expect(err).toBe('');
  const key = /Authorization: Bearer (\w+)/.exec(out)?.[1] ?? '';
  expect(out).toMatch(new RegExp(`^ {2}${key}$`, 'm'));
  expect(out).toContain(`'${createHash('sha256').update(key).digest('hex')}',`);
  expect(out).toContain('"apiKeys" in latchkey.config.ts');
});
