import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { checkConfig } from '../../../lib/config.ts';
import { latchkey } from '../latchkey.ts';

type Made = { handshake: string; sha256: string };
const make = async (...words: string[]): Promise<Made> =>
  JSON.parse((await latchkey('handshake', ...words, '--json')).out);

test.each([[[]], [['new']]])(
  'of handshake %j the hash is the SHA-256, and the config takes it',
  async (words) => {
    const { handshake, sha256 } = await make(...words);
    expect(sha256).toBe(createHash('sha256').update(handshake).digest('hex'));
    const site = { id: 'mine', handshakes: [sha256], crm: { kind: 'activecampaign' } };
    expect(checkConfig({ sites: [site] }, 'test').sites[0]?.handshakes).toEqual([sha256]);
  },
);

test('people are told which part goes where', async () => {
  const { code, out, err } = await latchkey('handshake');
  expect(code).toBe(0);
  expect(err).toBe('');
  const handshake = /\/\?aal_updateuser=(\w+)/.exec(out)?.[1] ?? '';
  expect(out).toMatch(new RegExp(`^ {2}${handshake}$`, 'm'));
  expect(out).toContain(`'${createHash('sha256').update(handshake).digest('hex')}',`);
  expect(out).toContain('latchkey.config.ts');
});

test('the file that npx runs is a program: its mode, its first line, its output', async () => {
  const root = resolve(import.meta.dirname, '../../..');
  const { bin } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8'));
  const program = resolve(root, bin.latchkey);
  accessSync(program, constants.X_OK);
  expect(readFileSync(program, 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'handshake', '--json']);
  expect(JSON.parse(stdout)).toEqual({
    handshake: expect.stringMatching(/^\w{32}$/),
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});
