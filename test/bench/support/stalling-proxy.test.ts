import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type StallingProxy, startStallingProxy } from '../../../bench/support/stalling-proxy.ts';
import { close, listen } from '../../../local/http-server.ts';

const FOR_MS = 150;

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => response.end('answered'));
});
let target = '';
let proxy: StallingProxy;
beforeAll(async () => {
  target = await listen(server, 0);
  proxy = await startStallingProxy(() => target, { everyMs: 200, forMs: FOR_MS });
});
afterAll(async () => {
  await proxy.close();
  await close(server);
});

const ask = async (): Promise<string> =>
  (await fetch(proxy.url, { method: 'POST', body: 'question' })).text();

/** Resolves as soon as a stall has begun. */
async function stalled(): Promise<void> {
  const { stalls } = proxy;
  while (proxy.stalls === stalls) await new Promise((resolve) => setTimeout(resolve, 1));
}

test('everything passes, and what comes in a stall is answered after it', async () => {
  expect(await ask()).toBe('answered');
  expect(proxy.stalls).toBe(0);

  proxy.begin();
  for (const what of ['a connection that is there', 'another']) {
    await stalled();
    const began = performance.now();
    expect([what, await Promise.all([ask(), ask()])]).toEqual([what, ['answered', 'answered']]);
    expect(performance.now() - began).toBeGreaterThan(FOR_MS / 2);
  }
});

test('after it has calmed down it stalls no more', async () => {
  proxy.calmDown();
  const { stalls } = proxy;
  expect(await ask()).toBe('answered');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(proxy.stalls).toBe(stalls);
});
