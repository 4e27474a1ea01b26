import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { errorOf, openClient } from './fixtures/client.ts';

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

/** Asks an account that answers every request as told. */
async function errorFrom(answer: (response: ServerResponse) => void): Promise<Error> {
  const server = createServer((_, response) => answer(response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return await errorOf((await openClient({ url, token: 'token' })).readContact('1'));
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
