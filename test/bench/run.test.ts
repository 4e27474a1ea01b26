import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';

type Ended = { code: number; out: string; err: string };

const bench = (...args: string[]): Promise<Ended> =>
  new Promise((done) => {
    execFile(process.execPath, [resolve('bench/run.ts'), ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });

test('the benchmarks are listed on demand, and none is run', async () => {
  const { code, out } = await bench('--list');
  expect(code).toBe(0);
  expect(out).toMatch(/^crm-requests: requests that batch syncs/m);
  expect(out).not.toMatch(/^(benchmark|run)\b/m);
});

test('an unknown name is refused, and the known ones are named', async () => {
  const { code, err } = await bench('speed');
  expect(code).toBe(1);
  expect(err).toMatch(/there is no benchmark 'speed': .*\bcrm-requests\b/);
});

test('what is no earlier result is refused before anything is run', async () => {
  const { code, err } = await bench('--compare', 'package.json');
  expect(code).toBe(1);
  expect(err).toMatch(/--compare: package.json is no result of npm run bench/);
});
