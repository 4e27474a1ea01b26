import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Bundle, type Bundles, bundleFunctions } from '../../../lib/bundle/bundle.ts';
import { configWith } from '../synthesize.ts';
import { runBundle, sourcesOf } from './run-bundle.ts';

let outdir: string;
let bundles: Bundles;
let ask: Bundle;
let sqs: Server;
const authorizations: (string | undefined)[] = [];

beforeAll(async () => {
  outdir = await mkdtemp(join(tmpdir(), 'latchkey-bundles-'));
  const functions = resolve(import.meta.dirname, '../fixtures/functions');
  bundles = await bundleFunctions({ sites: configWith().sites, outdir, functions });
  ask = bundles.ask as Bundle;
  sqs = createServer((request, response) => {
    authorizations.push(request.headers.authorization);
    response.setHeader('content-type', 'application/x-amz-json-1.0').end('{}');
  });
  await new Promise<void>((listening) => sqs.listen(0, '127.0.0.1', listening));
});

afterAll(async () => {
  sqs.closeAllConnections();
  await new Promise((closed) => sqs.close(closed));
  await rm(outdir, { recursive: true });
});

const environment = () => ({
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL_SQS: `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`,
});
const credentials = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' };

interface Answer {
  greeting: string;
  sites: string[];
  http: string[];
  sqs: string;
}

test('each file on the top level is a function, folders and declarations are not', () => {
  expect(Object.keys(bundles).sort()).toEqual(['ask', 'other-one']);
});

test('the directory to ship holds the module alone; the source map waits beside it', async () => {
  expect(await readdir(ask.directory)).toEqual(['index.mjs']);
  expect(JSON.parse(await readFile(ask.sourceMap, 'utf8'))).toMatchObject({ version: 3 });
});

test('a bundle runs in a plain Node process, with the sites and http in every way of importing it', async () => {
  const answer = await runBundle<Answer>(ask, 'return handler();', { ...environment(), ...credentials });
  expect(answer).toEqual({
    greeting: 'hello',
    sites: ['site-0', 'site-1'],
    http: ['function', 'function', 'function', 'function'],
    sqs: 'answered',
  });
  expect(authorizations.at(-1)).toContain('Credential=AKIDEXAMPLE/');
});

test('using the SDK over http never loads undici, which costs a cold start dearly', async () => {
  const script = `await handler(); return process.moduleLoadList.filter((name) => name.includes('undici'));`;
  expect(await runBundle(ask, script, { ...environment(), ...credentials })).toEqual([]);
});

test('missing credentials are named, and no other source of them is asked', async () => {
  const answer = await runBundle<Answer>(ask, 'return handler();', environment());
  expect(answer.sqs).toMatch('AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY must be set');
  const chain = sourcesOf(ask).filter((path) =>
    /credential-provider|nested-clients|token-providers/.test(path),
  );
  expect(chain).toEqual([]);
});

test('a function that does not build fails the bundling', async () => {
  const functions = resolve(import.meta.dirname, '../fixtures/broken-functions');
  await expect(bundleFunctions({ sites: [], outdir, functions, logLevel: 'silent' })).rejects.toThrow(
    'Could not resolve "./not-there.ts"',
  );
});
