import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';

let latchkey: TestLatchkey;
let url: string;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  url = `${latchkey.cloud.url}/console`;
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': '7' });
});
afterAll(() => latchkey.stop());

/** Asks under another name, as a page of somebody else's does whose name leads to this machine. */
async function askAs(host: string): Promise<{ status: number | undefined; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers: { host } }, async (response) =>
      resolve({ status: response.statusCode, body: await text(response) }),
    );
    asked.on('error', reject).end();
  });
}

test('the page holds no script and allows none, lets nobody frame it, and is not kept', async () => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
  });
  const page = await response.text();
  expect(page).toContain('<title>Webhooks · Latchkey</title>');
  expect(page).toContain('aal_updateuser');
  expect(page).not.toMatch(/<script|cwdb-action/);
});

test.each(['evil.example', 'evil.example:3000', 'localhost.evil.example'])(
  'a request under the name %p gets nothing',
  async (host) => {
    const { status, body } = await askAs(host);
    expect(status).toBe(403);
    expect(body).not.toContain('aal_updateuser');
  },
);

test.each(['localhost:3000', '127.0.0.1', '[::1]:80'])(
  'a request under the name %s is answered',
  async (host) => {
    expect((await askAs(host)).status).toBe(200);
  },
);

test('a link leads to the page that the widget would show', async () => {
  const page = await (await fetch(url)).text();
  const [, life = ''] = /href="\/console(\?view=webhook[^"]*)"/.exec(page) ?? [];
  const shown = await (await fetch(url + life.replaceAll('&amp;', '&'))).text();
  expect(shown).toContain('What happened');
});

test('a form brings its fields', async () => {
  const query = new URLSearchParams({
    contact: '8',
    action: JSON.stringify({ view: 'log', site: 'academy', form: 'yes' }),
  });
  expect(await (await fetch(`${url}?${query}`)).text()).toContain('No webhooks match.');
});

test('an address that was changed by hand shows a page all the same', async () => {
  expect((await fetch(`${url}?action=nonsense`)).status).toBe(200);
});

test('the page refreshes itself until somebody pauses it', async () => {
  expect((await fetch(url)).headers.get('refresh')).toBe('10');
  const paused = await fetch(`${url}?live=no`);
  expect(paused.headers.get('refresh')).toBeNull();
  expect(await paused.text()).toContain('Refresh again');
});

test.each(['?view=log&edit=yes', '?view=generator', '?view=sites'])(
  'a page on which somebody types or opens things stays as it is: %s',
  async (query) => {
    const response = await fetch(url + query);
    expect(response.status).toBe(200);
    expect(response.headers.get('refresh')).toBeNull();
  },
);

test('only looking at the page is answered by it: a POST is one for the API', async () => {
  expect((await fetch(url, { method: 'POST' })).status).toBe(404);
});
