import { expect, test } from '@jest/globals';
import type { Load } from '../../../local/plugin-simulator/php-workers.ts';
import { startPluginSite } from '../../../local/plugin-simulator/plugin-site.ts';
import { post, postMany, SECRET, siteForEachTest } from './support.ts';

const its = siteForEachTest({ backlog: 3 });

test('as many are worked on as there are workers, some wait, and the rest is answered 503', async () => {
  const release = its.site.hold();
  const statuses = postMany(its.site, 7);
  await its.site.until((requests) => requests.length === 7);
  expect(its.site.requests.filter(({ startedAt }) => startedAt)).toHaveLength(2);
  release();
  expect((await statuses).sort()).toEqual([200, 200, 200, 200, 200, 503, 503]);
  expect(its.site.mostAtOnce).toBe(2);
  expect(its.site.mostOpen).toBeGreaterThanOrEqual(5);
});

test('what waits is worked on in the order it came', async () => {
  const release = its.site.hold();
  const statuses: Promise<Response>[] = [];
  for (const seq of [1, 2, 3, 4, 5]) {
    statuses.push(post(its.site, { seq }));
    await its.site.until((requests) => requests.length === seq);
  }
  release();
  await Promise.all(statuses);
  const startedAt = its.site.requests.map((request) => request.startedAt ?? 0);
  expect(startedAt).toEqual(startedAt.toSorted((one, other) => one - other));
});

test('a request whose client hangs up is worked on all the same, even if it only waited', async () => {
  const release = its.site.hold();
  const client = new AbortController();
  const posts = [1, 2, 3].map((seq) =>
    post(its.site, { seq, signal: client.signal }).catch((error: Error) => error.message),
  );
  await its.site.until((requests) => requests.length === 3);
  client.abort();
  expect(await Promise.all(posts)).toEqual(['AbortError', 'AbortError', 'AbortError']);
  await its.site.until((requests) => requests.every(({ clientGone }) => clientGone));
  release();
  await its.site.idle();
  expect(its.site.requests).toMatchObject(
    [1, 2, 3].map(() => ({ outcome: 200, delivered: true, clientGone: true })),
  );
});

test('the time a request takes can depend on the load', async () => {
  const loads: Load[] = [];
  const answerMs = (load: Load) => {
    loads.push(load);
    return 0;
  };
  const site = await startPluginSite({ secret: SECRET, workers: 1, answerMs });
  const release = site.hold();
  const statuses = postMany(site, 3);
  await site.until((requests) => requests.length === 3);
  release();
  await statuses;
  expect(loads).toEqual([
    { working: 1, waiting: 0 },
    { working: 1, waiting: 1 },
    { working: 1, waiting: 0 },
  ]);
  await site.stop();
});

test('a crash loses what is worked on and what waits; after a restart the site is at the same address', async () => {
  its.site.hold();
  const posts = [1, 2, 3].map((seq) => post(its.site, { seq }).catch((error: Error) => error.message));
  await its.site.until((requests) => requests.length === 3);
  await its.site.crash();
  for (const failure of await Promise.all(posts)) expect(failure).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
  expect(its.site.requests).toMatchObject([1, 2, 3].map(() => ({ outcome: 'lost', delivered: false })));
  await expect(post(its.site)).rejects.toThrow('ECONNREFUSED');

  await its.site.restart();
  expect((await post(its.site)).status).toBe(200);
});
