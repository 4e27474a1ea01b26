import { expect, test } from '@jest/globals';
import type { Fault } from '../../../local/plugin-simulator/fault.ts';
import { post, siteForEachTest } from './support.ts';

const its = siteForEachTest();

const ANSWERS: [Fault, { status: number; headers?: Record<string, string>; text?: string }][] = [
  [{ does: 'answers500' }, { status: 500, text: 'critical error' }],
  [
    { does: 'answers429', retryAfterSeconds: 30 },
    { status: 429, headers: { 'retry-after': '30' } },
  ],
  [{ does: 'answers503' }, { status: 503 }],
  [{ does: 'captcha' }, { status: 200, text: 'Just a moment' }],
  [
    { does: 'captcha', by: 'siteground' },
    { status: 202, text: '/.well-known/sgcaptcha/' },
  ],
  [{ does: 'loginPage' }, { status: 200, text: 'loginform' }],
  [{ does: 'htmlPage' }, { status: 200, text: '<h1>Welcome</h1>' }],
  [
    { does: 'redirects', to: 'https://www.example.com/' },
    { status: 301, headers: { location: 'https://www.example.com/' } },
  ],
  [{ does: 'final4xx', status: 410 }, { status: 410 }],
];

test.each(ANSWERS)(
  '%j is answered, and the plugin does nothing',
  async (fault, { status, headers = {}, text = '' }) => {
    await its.site.setFault(fault);
    const answer = await post(its.site);
    expect(answer.status).toBe(status);
    for (const [name, value] of Object.entries(headers)) expect(answer.headers.get(name)).toBe(value);
    expect(await answer.text()).toContain(text);
    expect(its.site.requests).toMatchObject([{ outcome: status, delivered: false }]);

    await its.site.setFault();
    expect((await post(its.site)).status).toBe(200);
    expect(its.site.requests[1]).toMatchObject({ delivered: true });
  },
);

test('a huge answer follows work that was done', async () => {
  await its.site.setFault({ does: 'hugeAnswer', bytes: 300_000 });
  expect((await (await post(its.site)).text()).length).toBeGreaterThan(300_000);
  expect(its.site.requests).toMatchObject([{ outcome: 200, delivered: true }]);
});

test.each(['before', 'after'] as const)('a connection is reset %s the work', async (when) => {
  await its.site.setFault({ does: 'resets', when });
  await expect(post(its.site)).rejects.toThrow('ECONNRESET');
  expect(its.site.requests).toMatchObject([
    { outcome: 'reset', delivered: when === 'after', clientGone: false },
  ]);
});

test('a hanging site takes a request, answers it never, and keeps no worker busy', async () => {
  await its.site.setFault({ does: 'hangs' });
  const client = new AbortController();
  const hanging = post(its.site, { signal: client.signal });
  await its.site.until(([first]) => first?.outcome === 'hanging');
  await its.site.idle();
  client.abort();
  await expect(hanging).rejects.toThrow('AbortError');
  await its.site.until(([first]) => first?.clientGone === true);
  expect(its.site.requests).toMatchObject([{ outcome: 'hanging', delivered: false }]);
  expect(its.site.mostAtOnce).toBe(0);
});

test('a site that is down refuses connections and cuts those it has; PHP ends what it has begun', async () => {
  const release = its.site.hold();
  const begun = post(its.site).catch((error: Error) => error.message);
  await its.site.until(([first]) => first?.startedAt !== undefined);
  await its.site.setFault({ does: 'down' });
  expect(await begun).toMatch(/^(UND_ERR_SOCKET|ECONNRESET)$/);
  await expect(post(its.site)).rejects.toThrow('ECONNREFUSED');
  release();
  await its.site.idle();
  expect(its.site.requests).toMatchObject([{ outcome: 200, delivered: true, clientGone: true }]);

  await its.site.setFault();
  expect((await post(its.site, { seq: 2 })).status).toBe(200);
});

test('a slow site takes its time for each request, whatever it takes otherwise', async () => {
  await its.site.setFault({ does: 'slow', ms: 60 });
  await post(its.site);
  const { startedAt = 0, endedAt = 0 } = its.site.requests[0] ?? {};
  expect(endedAt - startedAt).toBeGreaterThanOrEqual(59);
});

test('a sequence is gone through by requests and by time, and the site is well in the end', async () => {
  const played = its.site.play([
    { forRequests: 2, fault: { does: 'answers500' } },
    { forRequests: 1 },
    { forRequests: 1, fault: { does: 'captcha', by: 'siteground' } },
    { forMs: 1, fault: { does: 'down' } },
  ]);
  const statuses = [];
  for (const seq of [1, 2, 3, 4]) statuses.push((await post(its.site, { seq })).status);
  expect(statuses).toEqual([500, 500, 200, 202]);
  await played;
  expect((await post(its.site, { seq: 5 })).status).toBe(200);
});

test('what is set ends what is played', async () => {
  const played = its.site.play([{ forMs: 3_600_000, fault: { does: 'answers500' } }]);
  await its.site.setFault({ does: 'final4xx', status: 404 });
  await played;
  expect((await post(its.site)).status).toBe(404);
});
