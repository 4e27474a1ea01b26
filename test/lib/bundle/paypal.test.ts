import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bundle, bundleFunctions } from '../../../lib/bundle/bundle.ts';
import { type PayPalSimulator, startPayPal } from '../../../local/payment-simulators/paypal.ts';
import { runBundle, sourcesOf } from './run-bundle.ts';

const PLAN = 'P-5ML4271244454362WXNWU5NQ';

let outdir: string;
let bundle: Bundle;
let paypal: PayPalSimulator;
beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'latchkey-paypal-'));
  const functions = resolve(import.meta.dirname, '../fixtures/paypal-function');
  bundle = (await bundleFunctions({ sites: [], outdir, functions }))['ask-paypal'] as Bundle;
  paypal = await startPayPal();
});
afterAll(async () => {
  await paypal.close();
  await rm(outdir, { recursive: true });
});

test("PayPal's SDK works in a bundle, in a plain Node process", async () => {
  const payments = [{ id: 'CAPTURE1', time: new Date().toISOString() }];
  const id = paypal.account.createSubscription({ plan: PLAN, payments });
  const given = JSON.stringify([paypal.credentials, id, 'CAPTURE1']);
  expect(await runBundle(bundle, `return handler(...${given});`)).toMatchObject({
    unknown: 'none',
    cancelled: { id, state: 'ended', isPaidOut: true },
    refusal: 'Rejected',
  });
  expect(paypal.account.refunds).toMatchObject([{ capture: 'CAPTURE1', requestId: 'key-1' }]);
});

test('nothing in it is required at run time, and nothing is there that only the Node adapter of axios needs', () => {
  const imports = Object.values(bundle.metafile.outputs).flatMap((output) => output.imports);
  expect(imports.filter(({ kind }) => kind === 'require-call')).toEqual([]);
  const unneeded = /\/node_modules\/(mime-db|follow-redirects|debug|https?-proxy-agent|combined-stream)\//;
  expect(sourcesOf(bundle).filter((path) => unneeded.test(`/${path}`))).toEqual([]);
});

test('a function that only might ask PayPal loads neither its SDK nor fetch', async () => {
  const script = `return process.moduleLoadList.filter((name) => name.includes('undici'));`;
  expect(await runBundle(bundle, script)).toEqual([]);
});
