import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  bundleReceiver,
  DEFAULTS,
  DEFAULTS_WITH_SDK,
  EMPTY,
  PRIMED,
  type ReceiverBundle,
  UNPRIMED,
} from '../../bench/cold-start/bundles.ts';
import { type CpuShare, cpuShareOf } from '../../bench/cold-start/cpu-share.ts';
import { type AtStart, report } from '../../bench/cold-start/report.ts';
import { startOnce } from '../../bench/cold-start/start.ts';
import { type AwsMeter, startAwsMeter } from '../../bench/support/aws-meter.ts';
import { type Stores, startStores } from '../../bench/support/stores.ts';
import { webhookEvent } from '../../bench/support/webhook-event.ts';
import { loadConfig } from '../../lib/config.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually } from '../support/latchkey.ts';

const NAMES = [EMPTY, PRIMED, UNPRIMED, DEFAULTS, DEFAULTS_WITH_SDK];

let folder: string;
let stores: Stores;
let meter: AwsMeter;
let bundles: Map<string, ReceiverBundle>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cold-start-'));
  stores = await startStores(process.env.TEST_ASSEMBLY ?? '');
  meter = await startAwsMeter(() => stores.endpoints.dynamodb);
  const { sites } = await loadConfig(resolve(import.meta.dirname, '../support/latchkey.config.ts'));
  const made = await bundleReceiver(folder, { deployed: stores.optionsOf('receive').bundle, sites });
  bundles = new Map(made.map((bundle) => [bundle.name, bundle]));
}, 240_000); // CDK calls esbuild's command, twice
afterAll(async () => {
  await stores.stop();
  await meter.close();
  await rm(folder, { recursive: true });
});

const webhook = (handshake = HANDSHAKES.academy) =>
  webhookEvent('aal_genpass', handshake, { 'contact[id]': '7' });
const start = (name: string, event = webhook()) => {
  const options = stores.optionsOf('receive', { dynamodb: meter.url });
  return startOnce({ ...options, bundle: bundles.get(name)?.url ?? '' }, [event, event]);
};

test.each([
  [EMPTY, 0],
  [PRIMED, 6], // two of them while it starts
  [UNPRIMED, 4],
  [DEFAULTS, 6],
  [DEFAULTS_WITH_SDK, 6],
])('the receiver bundled as "%s" takes two webhooks, by %i requests to DynamoDB', async (name, requests) => {
  meter.requests.length = 0;
  const { importMs, firstMs, secondMs } = await start(name);
  for (const ms of [importMs, firstMs, secondMs]) expect(ms).toBeGreaterThan(0);
  expect(meter.requests).toHaveLength(requests);
});

test('the defaults leave the SDK to the runtime unless it is bundled, and ours is smaller packed than what has it', () => {
  const [, deployed, , defaults, withSdk] = NAMES.map((name) => bundles.get(name)?.gzipBytes ?? 0);
  expect(defaults).toBeLessThan(deployed ?? 0);
  expect(deployed).toBeLessThan(withSdk ?? 0);
});

test('a start whose webhooks are not taken is none', async () => {
  await expect(start(PRIMED, webhook('a-wrong-one'))).rejects.toThrow(/answered .*401/);
});

test('a process is put under the CPU share of a memory size, or it is said why not', async () => {
  const share = await cpuShareOf(256).catch((cause: Error) => cause);
  if (share instanceof Error) return expect(share.message).toMatch(/cgroup/);
  await limitBusyProcess(share);
  await share.remove();
  expect((await readdir('/sys/fs/cgroup')).filter((each) => each.startsWith('latchkey-bench'))).toEqual([]);
});

async function limitBusyProcess(share: CpuShare): Promise<void> {
  const busy = spawn(process.execPath, ['-e', 'for (;;);']);
  const ended = once(busy, 'exit');
  try {
    await share.limit(busy.pid ?? 0);
    await eventually(async () =>
      expect(await readFile(`/proc/${busy.pid}/cgroup`, 'utf8')).toMatch(/\/latchkey-bench-\d+-256$/m),
    );
  } finally {
    busy.kill();
    await ended;
  }
}

const started = (name: string, importMs: number, firstMs: number, gzipBytes = 100_000): AtStart => ({
  bundle: { name, url: '', bytes: 300_000, gzipBytes },
  starts: [1, 0, 2].map((more) => ({ importMs: importMs + more, firstMs, secondMs: 5 })),
});
const atStart = (deployed: AtStart): AtStart[] => [
  started(EMPTY, 100, 1),
  deployed,
  started(DEFAULTS, 290, 11),
  started(DEFAULTS_WITH_SDK, 390, 11),
];
const atMemory = (firstMs: number) => [
  { name: PRIMED, memoryMegabytes: 512, starts: [{ importMs: 150, firstMs, secondMs: 5 }] },
  { name: UNPRIMED, memoryMegabytes: 512, starts: [{ importMs: 130, firstMs: 200, secondMs: 5 }] },
];

test('import and first webhook over those of an empty handler are held against the defaults', () => {
  const { rows, troubles } = report(atStart(started(PRIMED, 190, 11)), atMemory(20));
  expect(rows[1]).toEqual([PRIMED, 'full speed', 191, 11, 5, 100, 0.5, 0.33, 300, 100]);
  expect(rows[4]?.slice(0, 5)).toEqual([PRIMED, '512 MB', 150, 20, 5]);
  expect(troubles).toEqual([]);
});

test('a start that is too slow, a bundle that is too large and a first webhook that is too late are troubles', () => {
  const slow = started(PRIMED, 290, 11, 120_001);
  expect(report(atStart(slow), atMemory(40.1)).troubles).toEqual([
    'the bundle has 120001 bytes when packed, over 120000',
    "import and first webhook take 1 of the default bundling's, over 0.65",
    'the first webhook takes 40.1 ms at 512 MB, over 40',
  ]);
});

test('where a share cannot be given its rows say so, and that is no trouble', () => {
  const notMeasured = { name: PRIMED, memoryMegabytes: 512, notMeasured: 'EROFS: read-only file system' };
  const { rows, troubles } = report(atStart(started(PRIMED, 190, 11)), [notMeasured]);
  expect(rows[4]?.[2]).toBe('not measured: EROFS: read-only file system');
  expect(troubles).toEqual([]);
});
