import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Drain, measureDrain } from '../../../bench/drain/measure.ts';
import { troublesOf } from '../../../bench/drain.ts';

test('a backlog is worked off through the product, and timed by the clock of its account', async () => {
  const outdir = await mkdtemp(join(tmpdir(), 'latchkey-test-drain-'));
  try {
    const drain = await measureDrain({ kind: 'kit', contacts: 10, speed: 10 }, outdir, 0.2);
    expect(drain).toMatchObject({ crm: 'Kit', contacts: 10, stored: 10, requests: 20, refused: 0 });
    // 19 intervals of 525 ms. The first request opens its connection and may arrive late; what a busy machine takes longer
    // for that is ten times as long on the account's clock.
    expect(drain.toLastRequest).toBeGreaterThan(19 * 0.525 * 0.5);
    expect(drain.toLastMember).toBeGreaterThanOrEqual(drain.toLastRequest);
  } finally {
    await rm(outdir, { recursive: true });
  }
});

const drain: Drain = {
  ...{ crm: 'Kit', contacts: 500, stored: 500, requests: 1_000, refused: 0, requestsPerSecond: 2 },
  ...{ toLastRequest: 590, toLastMember: 595 },
};

test('a long backlog may take a fifth longer than its limit asks for, and a short one some seconds', () => {
  expect(troublesOf(drain)).toEqual([]);
  expect(troublesOf({ ...drain, toLastMember: 601 })).toEqual([
    'Kit, 500 contacts: 601 s, where its limit asks for 500 s',
  ]);
  const short = { ...drain, crm: 'Keap', requests: 4, requestsPerSecond: 4 };
  expect(troublesOf({ ...short, toLastMember: 31 })).toEqual([]);
  expect(troublesOf({ ...short, toLastMember: 32 })).toEqual([
    'Keap, 500 contacts: 32 s, where its limit asks for 1 s',
  ]);
});

test('a member that is not stored and a request that is refused are troubles', () => {
  expect(troublesOf({ ...drain, stored: 499, refused: 2 })).toEqual([
    'Kit, 500 contacts: only 499 members were stored',
    'Kit, 500 contacts: 2 requests were refused',
  ]);
});
