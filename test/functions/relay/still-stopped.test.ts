import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';
import { enter } from '../../../functions/relay/gate.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const LIMITS = { concurrency: 4, requestsPerSecond: 1000, timeoutSeconds: 60 };
const PATIENT = { waitMs: 60_000, remainingMs: () => 120_000, needsMs: 10_000 };

let table: TestTable;
let enterGate: typeof import('../../../functions/relay/pass.ts').enterGate;
let writeGate: typeof import('../../../functions/store/gates.ts').writeGate;
let logger: typeof import('../../../functions/platform/logger.ts').logger;
beforeAll(async () => {
  table = await startTestTable();
  ({ enterGate } = await import('../../../functions/relay/pass.ts'));
  ({ writeGate } = await import('../../../functions/store/gates.ts'));
  ({ logger } = await import('../../../functions/platform/logger.ts'));
});
afterAll(() => table.stop());
afterEach(() => {
  jest.restoreAllMocks();
});

/** Has a site be stopped until now. */
async function stopped(site: string): Promise<void> {
  const entry = enter(undefined, LIMITS, 'before', Date.now());
  if (!('gate' in entry)) throw new Error(entry.why);
  const stop = { failures: 5, stops: 1, stoppedUntil: Date.now() };
  await writeGate(site, undefined, { ...entry.gate, ...stop, nextAt: 0 }, 'test');
}

test('each try that shows that a site is not back is logged, with until when it is left alone', async () => {
  const warn = jest.spyOn(logger, 'warn').mockReturnValue();
  await stopped('down');
  const probe = await enterGate('down', LIMITS, PATIENT);
  const failure = { good: false, startedAt: probe.startedAt, ms: 100, reason: 'the site answered 503' };
  expect(await probe.leave(failure)).toBeUndefined();
  const until = expect.stringMatching(/^\d{4}-.*Z$/);
  const line = ['relay still stopped', { site: 'down', reason: 'the site answered 503', until }];
  expect(warn.mock.calls).toEqual([line]);
  await probe.leave(failure);
  expect(warn.mock.calls).toEqual([line]);
});

test('a request from before the stop says nothing of now, and its failure is not logged', async () => {
  const warn = jest.spyOn(logger, 'warn').mockReturnValue();
  const early = await enterGate('early', LIMITS, PATIENT);
  const { readGate } = await import('../../../functions/store/gates.ts');
  const seen = await readGate('early');
  if (!seen) throw new Error('there is no gate');
  const stop = { failures: 6, stops: 2, stoppedUntil: Date.now() + 20_000, probe: 'another' };
  await writeGate('early', seen, { ...seen.gate, ...stop }, 'test');
  await early.leave({ good: false, startedAt: early.startedAt, ms: 100, reason: 'the site answered 503' });
  expect(warn).not.toHaveBeenCalled();
});
