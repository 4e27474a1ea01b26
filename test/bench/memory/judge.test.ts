import { expect, test } from '@jest/globals';
import { type Step, troublesOf } from '../../../bench/memory/judge.ts';

const SETTING = { settingMb: 512 };
const step = (webhooks: number, residentMb: number, peakMb = residentMb): Step => ({
  ...{ webhooks, residentMb, peakMb },
});

test('memory that grew in the first ten thousand only is no trouble', () => {
  const steps = [step(100, 80), step(1_000, 150), step(10_000, 220), step(30_000, 238)];
  expect(troublesOf(steps, SETTING)).toEqual([]);
});

test('memory that goes on to grow is one', () => {
  const steps = [step(1_000, 150), step(10_000, 150), step(30_000, 190)];
  expect(troublesOf(steps, SETTING)).toEqual([
    'after 30000 webhooks it had 1.27 times the memory that it had after 10000',
  ]);
});

test('a peak above the memory setting is one, though it has passed', () => {
  const steps = [step(10_000, 150, 513), step(30_000, 150, 513)];
  expect(troublesOf(steps, SETTING)).toEqual(['it had 513 MB, and is set to 512 MB']);
});

test('what could not be measured is no trouble', () => {
  const steps = [10_000, 30_000].map((webhooks) => ({ webhooks, residentMb: undefined, peakMb: undefined }));
  expect(troublesOf(steps, SETTING)).toEqual([]);
});
