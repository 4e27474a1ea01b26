import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { latchkey } from './latchkey.ts';

const commands = readdirSync(resolve(import.meta.dirname, '../../cli/commands')).map((file) =>
  file.replace('.ts', ''),
);

test('--help lists every command and ends well', async () => {
  const { code, out, err } = await latchkey('--help');
  expect(code).toBe(0);
  expect(err).toBe('');
  for (const command of commands) expect(out).toMatch(new RegExp(`^ +${command}\\b`, 'm'));
});

test.each(commands)('%s --help says what the command does and ends well', async (command) => {
  const { code, out } = await latchkey(command, '--help');
  expect(code).toBe(0);
  expect(out).toContain(`Usage: latchkey ${command}`);
});

test('an unknown command is named, followed by the help, and ends with 1', async () => {
  const { code, out, err } = await latchkey('handshape');
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain("unknown command 'handshape'");
  expect(err).toContain('Did you mean handshake?');
  expect(err).toContain('Usage: latchkey');
});

test('without a command the help is shown, and the end is 1 since nothing was done', async () => {
  const { code, out, err } = await latchkey();
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain('Usage: latchkey');
});

test('an unknown option is named, with the help of its command, and ends with 1', async () => {
  const { code, out, err } = await latchkey('handshake', '--yaml');
  expect(code).toBe(1);
  expect(out).toBe('');
  expect(err).toContain("unknown option '--yaml'");
  expect(err).toContain('Usage: latchkey handshake');
});
