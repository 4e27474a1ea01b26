import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { postedCommands } from '../../functions/commands/catalogue.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
});
afterAll(async () => {
  expect(await table.items()).toEqual([]); // nothing that this file asks does anything
  table.close();
  await latchkey.stop();
});

const look = (path: string, init: RequestInit = {}) =>
  fetch(latchkey.cloud.url + path, { redirect: 'manual', ...init });

test.each(postedCommands)(
  'a browser that opens the address of $name sees what it would do',
  async ({ name, parameters }) => {
    const response = await look(`/?${name}=${HANDSHAKES.academy}&contactId=1`, {
      headers: { accept: 'text/html,application/xhtml+xml;q=0.9' },
    });
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page).toContain('This address is live');
    for (const word of [name, ...Object.keys(parameters)]) expect(page).toContain(word);
    expect(page).not.toContain(HANDSHAKES.academy);
  },
);

test("a browser that opens another product's path sees the command that it stands for", async () => {
  const path = `/mbr/contact/password_reset/${HANDSHAKES.academy}`;
  const page = await (await look(path, { headers: { accept: 'text/html' } })).text();
  for (const words of ['This address is live', 'mbr_password_reset']) expect(page).toContain(words);
  expect(page).not.toContain(HANDSHAKES.academy);
});

test('whoever does not ask for a page gets JSON, and is told that nothing was done', async () => {
  const response = await look(`/aal_updateteam/${HANDSHAKES.academy}`);
  expect([response.status, await response.json()]).toEqual([
    200,
    expect.objectContaining({
      status: 'live',
      command: 'aal_updateteam',
      parameters: { teamId: expect.any(String), change: expect.any(String) },
      detail: expect.stringMatching(/Nothing was done/),
    }),
  ]);
});

test('HEAD is answered as GET, without a body', async () => {
  const response = await look(`/aal_updateuser/${HANDSHAKES.academy}`, { method: 'HEAD' });
  expect([response.status, await response.text()]).toEqual([200, '']);
});

test('the page of a wrong handshake is a 401', async () => {
  for (const method of ['GET', 'HEAD']) {
    expect((await look('/?aal_updateuser=nonsense', { method })).status).toBe(401);
  }
});

test('nothing of the address gets into the page', async () => {
  const response = await look(`/?aal_updateuser=${HANDSHAKES.academy}&x=%3Cscript%3Ealert(1)%3C/script%3E`, {
    headers: { accept: 'text/html' },
  });
  expect(await response.text()).not.toContain('<script');
});
