import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Patience } from '../../../functions/crm/pace.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { errorOf, openClient } from './fixtures/client.ts';

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

/** The error of asking an account that answers every request as told. */
async function errorFrom(
  answer: (response: ServerResponse) => void,
  patience: Partial<Patience> = {},
): ReturnType<typeof errorOf> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const client = await openClient('activecampaign', { url, token: 'token' }, { patience });
    return await errorOf(client.readContact('1'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test.each([
  ['in words', '{"errors":[{"title":"ada.adler+1@example.com exists, and BEN@EXAMPLE.COM too"}]}'],
  ['in a URL', 'see https://crm.example/find?email=ada.adler%401example.com&x=1'],
  ['beyond ASCII', 'Adresse jürgen@bücher.example ist vergeben'],
])('an address that the CRM quotes %s is taken out of the error', async (_, text) => {
  const { name, message } = await errorFrom((response) => response.writeHead(422).end(text));
  expect(name).toBe('Rejected');
  expect(message).toContain('(address)');
  expect(message).not.toMatch(/@|%40|adler|BEN@|jürgen|b.cher/i);
});

test('a long complaint is cut, so that a record stays small', async () => {
  const { message } = await errorFrom((response) => response.writeHead(400).end('no '.repeat(5_000)));
  expect(message.length).toBeLessThan(400);
});

// A firewall's page with a picture in it is such a word. What grows with the square of its length is not done in minutes.
test('a complaint of one endless word holds nobody up', async () => {
  const { message } = await errorFrom((response) => response.writeHead(400).end('x'.repeat(1_000_000)));
  expect(message).toContain('answered 400: xxx');
});

const IMPATIENT = { first: 10, later: 10 };

test('Retry-After may be a date', async () => {
  const headers = { 'Retry-After': new Date(Date.now() + 60_000).toUTCString() };
  const { name, retryAfterMs } = await errorFrom(
    (response) => response.writeHead(429, headers).end(),
    IMPATIENT,
  );
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThan(70_000);
});

test.each([
  ['names no time', {}],
  ['names one that makes no sense', { 'Retry-After': 'soon' }],
])('a 429 that %s holds the account for some seconds', async (_, headers) => {
  let requests = 0;
  const { name, retryAfterMs } = await errorFrom((response) => {
    requests += 1;
    response.writeHead(429, headers).end();
  }, IMPATIENT);
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(4_000);
  expect(retryAfterMs).toBeLessThan(10_000);
  expect(requests).toBe(1);
});

// The limit is 10 s for each, so they wait side by side.
test('an account that takes the request and never answers, or never ends its answer, is given up after 10 s', async () => {
  const started = performance.now();
  const [silent, endless] = await Promise.all([
    errorFrom(() => undefined),
    errorFrom((response) => response.writeHead(200).write('{"contact":')),
  ]);
  expect(performance.now() - started).toBeLessThan(13_000);
  for (const { name, message } of [silent, endless]) {
    expect(['Throttled', 'Rejected']).not.toContain(name);
    expect(message).toMatch(/GET \S+\/contacts\/1 did not answer: TimeoutError/);
  }
});
