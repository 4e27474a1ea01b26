import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { takeFolder } from '../../local/one-at-a-time.ts';

test('a folder is taken once, and again when it was given free', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-lock-'));
  const free = takeFolder(folder);
  expect(() => takeFolder(folder)).toThrow('Another "npm start" runs on');
  free();
  takeFolder(folder)();
  await rm(folder, { recursive: true });
});
