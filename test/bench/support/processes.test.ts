import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { cpuMsOf, memoryOf } from '../../../bench/support/processes.ts';

const hasProc = existsSync('/proc/self/status');

(hasProc ? test : test.skip)('memory is what the process says of itself', () => {
  const memory = memoryOf(process.pid);
  const said = process.memoryUsage.rss() / 2 ** 20;
  expect(memory?.residentMb).toBeGreaterThan(said * 0.5);
  expect(memory?.residentMb).toBeLessThan(said * 2);
  expect(memory?.peakMb).toBeGreaterThanOrEqual(memory?.residentMb ?? Number.NaN);
});

(hasProc ? test : test.skip)('the time on a processor is what the process says of itself', () => {
  const { user, system } = process.cpuUsage();
  const said = (user + system) / 1000;
  expect(cpuMsOf([process.pid])).toBeGreaterThan(said * 0.5);
  expect(cpuMsOf([process.pid])).toBeLessThan(said * 2);
  expect(cpuMsOf([process.pid, process.pid])).toBeGreaterThan(said * 1.5);
});

test('of a process that is not there nothing is measured', () => {
  const none = 2 ** 30;
  expect(memoryOf(none)).toBeUndefined();
  expect(cpuMsOf([process.pid, none])).toBeUndefined();
});
