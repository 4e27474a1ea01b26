import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

type Ended = { code: number; out: string; err: string };

const demo = (...args: string[]): Promise<Ended> =>
  new Promise((done) => {
    execFile(process.execPath, [resolve('local/demo.ts'), ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

test('--help tells the options and their defaults, and starts nothing', async () => {
  const { code, out } = await demo('--help');
  expect(code).toBe(0);
  expect(out).toContain('Usage: npm run demo -- [options]');
  expect(out).toMatch(/--contacts <number>.*default: 500/s);
  expect(out).toMatch(/--delay <seconds>.*default: 10/s);
});

test.each([
  ['--contacts', '0'],
  ['--contacts', 'many'],
  ['--delay', '901'],
  ['--delay', '-1'],
])('%s %s is refused in words', async (option, value) => {
  const { code, err } = await demo(option, value);
  expect(code).toBe(1);
  expect(err).toContain(`argument '${value}' is invalid. It must be a whole number from`);
});
