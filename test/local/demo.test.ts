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

test('the CRM of the site can be chosen, and the table speaks of it', async () => {
  const { code, out } = await demo('--crm', 'keap', '--contacts', '10', '--delay', '0');
  expect(out).toContain('Keap tags 10 contacts');
  expect(out).toMatch(/webhooks answered +10 +of 10/);
  expect(out).toMatch(/requests to Keap +1 +0 of them refused/);
  expect(out).toContain('Nothing failed, and every member is up to date.');
  expect(code).toBe(0);
}, 120_000);

test('a CRM that has no simulator is refused, and those that have are named', async () => {
  const { code, err } = await demo('--crm', 'drip');
  expect(code).toBe(1);
  expect(err).toMatch(/'drip' is invalid. Allowed choices are activecampaign, keap, kit, ontraport/);
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
