import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { countAwsRequests } from '../../bench/receive/aws-requests.ts';
import { EMPTY, measureCpuTime } from '../../bench/receive/cpu-time.ts';
import { kindsOf } from '../../bench/receive/kinds.ts';
import { report } from '../../bench/receive.ts';
import { type Stores, startStores } from '../../bench/support/stores.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';

const kinds = kindsOf({ handshake: HANDSHAKES.academy, operation: 'lesson-done' });

let stores: Stores;
let folder: string;
beforeAll(async () => {
  stores = await startStores(process.env.TEST_ASSEMBLY ?? '');
  folder = await mkdtemp(join(tmpdir(), 'latchkey-receive-'));
});
afterAll(async () => {
  await stores.stop();
  await rm(folder, { recursive: true });
});

test('each kind of webhook asks as much of AWS as it needs, and side by side', async () => {
  const counted = await countAwsRequests(stores, kinds);
  expect(counted.map(({ kind, requests, rounds }) => [kind.name, { requests, rounds }])).toEqual(
    kinds.map(({ name, atMost }) => [name, atMost]),
  );
});

test('each kind is measured in the process that receives it, and so is an empty handler', async () => {
  const measured = await measureCpuTime(stores, kinds, folder, { blocks: 1, webhooks: 2 });
  expect(measured.map(({ kind }) => kind)).toEqual([EMPTY, ...kinds.map(({ name }) => name)]);
  for (const { cpuMs, ms } of measured) {
    expect(cpuMs).toBeGreaterThan(0);
    expect(ms).toBeGreaterThan(0);
  }
});

test('a webhook that is not answered as its kind is spoils the measurement', async () => {
  const [light, ...others] = kindsOf({ handshake: 'another-0123456789abcdef', operation: 'lesson-done' });
  await expect(countAwsRequests(stores, light ? [light, ...others] : [])).rejects.toThrow(
    /light: aal_updateuser was answered .*401/,
  );
});

test('more requests or rounds than a webhook needs are a trouble', () => {
  const [light] = kinds as [(typeof kinds)[number]];
  const measured = [
    { kind: EMPTY, cpuMs: 1, ms: 1 },
    { kind: light.name, cpuMs: 3, ms: 5 },
  ];
  const table = report(measured, [{ kind: light, requests: 2, rounds: 1 }]);
  expect(table).toMatchObject({ rows: [{}, [light.name, 3, 2, 5, 2, 1]], troubles: [] });
  expect(report(measured, [{ kind: light, requests: 3, rounds: 1 }]).troubles).toEqual([
    'light: aal_updateuser: 3 requests to AWS in 1 rounds, over 2 in 1',
  ]);
  expect(report(measured, [{ kind: light, requests: 2, rounds: 2 }]).troubles).toHaveLength(1);
});
