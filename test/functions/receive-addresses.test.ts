import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { postedCommands } from '../../functions/commands/catalogue.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const ROTATED = 'test-academy-rotated-0a1b2c3d4e5f';

/** A valid value for each parameter of the catalogue. */
const VALUES: Record<string, string> = {
  ...{ operationId: 'points', teamId: 'gold', opId: 'welcome', promoId: 'spring', productId: 'course' },
  ...{ change: '-2', tid: '1, 2', automation: '3', default_pass: 'correct horse', autoregister: 'n' },
};

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Asks for a path and checks what holds for every answer: no redirect, and never the 410 that ends a webhook. */
async function request(path: string, init: RequestInit = { method: 'POST' }): Promise<Response> {
  const response = await fetch(latchkey.cloud.url + path, { redirect: 'manual', ...init });
  expect(response.status === 410 || (response.status >= 300 && response.status < 400)).toBe(false);
  return response;
}

const bearer = (handshake: string) => ({ authorization: `Bearer ${handshake}` });
const shapes: Record<string, (command: string, body: URLSearchParams) => Promise<Response>> = {
  '/?<command>=<handshake>': (command, body) =>
    request(`/?${command}=${HANDSHAKES.academy}`, { method: 'POST', body }),
  '/<command>/<handshake>': (command, body) =>
    request(`/${command}/${HANDSHAKES.academy}`, { method: 'POST', body }),
  '/<command> with a Bearer token': (command, body) =>
    request(`/${command}`, { method: 'POST', body, headers: bearer(HANDSHAKES.academy) }),
};

const everyCommandInEveryShape = postedCommands.flatMap(({ name }) =>
  Object.keys(shapes).map((shape) => [name, shape] as const),
);

test('URLs name 17 commands', () => {
  expect(postedCommands).toHaveLength(17);
});

let contacts = 700;

test.each(everyCommandInEveryShape)('%s is accepted as %s', async (command, shape) => {
  const definition = postedCommands.find(({ name }) => name === command);
  const contact = String(++contacts); // in every shape it is the same webhook: for one contact it would count once
  const body = new URLSearchParams({ 'contact[id]': contact });
  for (const name of Object.keys(definition?.parameters ?? {})) body.set(name, VALUES[name] as string);

  const response = (await shapes[shape]?.(command, body)) as Response;
  const answer = await readAnswer(response);

  expect([response.status, answer]).toEqual([200, expect.objectContaining({ command })]);
  expect(answer.status).toBe(definition?.handling === 'flag' ? 'flagged' : 'queued');
  expect(await latchkey.record('academy', contact, answer.webhook)).toMatchObject({
    command,
    state: answer.status,
  });
});

test.each([
  ['/mbr/user/create', 'mbr_genpass'],
  ['/mbr/contact/password_reset', 'mbr_password_reset'],
])('%s, as ActiveMember360 has it, is the command %s', async (path, command) => {
  const body = new URLSearchParams({ 'contact[id]': '6', tid: '12' });
  for (const [shape, init] of [
    [`${path}/${HANDSHAKES.academy}`, {}],
    [`${path}/${HANDSHAKES.academy}/`, {}],
    [path, { headers: bearer(HANDSHAKES.academy) }],
  ] as const) {
    const response = await request(shape, { method: 'POST', body, ...init });
    const answer = await readAnswer(response);
    expect([shape, response.status, answer.command]).toEqual([shape, 200, command]);
    expect(await latchkey.record('academy', '6', answer.webhook)).toMatchObject({ command, state: 'queued' });
  }
});

test('two handshakes are valid at once, so that one can be rotated', async () => {
  for (const handshake of [HANDSHAKES.academy, ROTATED]) {
    const response = await request(`/?aal_updateuser=${handshake}&contactId=8`);
    expect(response.status).toBe(200);
  }
  expect(await latchkey.records('academy', '8')).toHaveLength(2);
});

test('the handshake alone names the site', async () => {
  await request(`/?aal_updateuser=${HANDSHAKES.legacy}&contactId=9`);
  expect(await latchkey.records('legacy', '9')).toHaveLength(1);
  expect(await latchkey.records('academy', '9')).toHaveLength(0);
});

test.each([
  ['an empty one in the query', '/?aal_updateuser=', {}],
  ['a blank one in the query', '/?aal_updateuser=%20', {}],
  ['no value in the query', '/?aal_updateuser', {}],
  ['a wrong one in the query', '/?aal_updateuser=nonsense', {}],
  ['the word undefined', '/?aal_updateuser=undefined', {}],
  ['the hash in place of the handshake', `/?aal_updateuser=${'a'.repeat(64)}`, {}],
  ['none in the path', '/aal_updateuser', {}],
  ['a blank one in the path', '/aal_updateuser/%20', {}],
  ['a wrong one in the path', '/aal_updateuser/nonsense', {}],
  ['broken percent-encoding in its place', '/aal_updateuser/%E0%A4%A', {}],
  ["a wrong one in another product's path", '/mbr/user/create/CODE', {}],
  ["none in another product's path", '/mbr/contact/password_reset', {}],
  ['a wrong Bearer token', '/aal_updateuser', bearer('nonsense')],
  ['an empty Bearer token', '/aal_updateuser', { authorization: 'Bearer ' }],
  ['another scheme', '/aal_updateuser', { authorization: `Basic ${HANDSHAKES.academy}` }],
  ['one that is right but for its case', `/?aal_updateuser=${HANDSHAKES.academy.toUpperCase()}`, {}],
])('a handshake that is %s is answered 401 and writes nothing', async (_, path, headers) => {
  const before = await table.items();
  const response = await request(path, {
    method: 'POST',
    headers,
    body: new URLSearchParams({ contactId: '1', 'contact[email]': 'somebody@example.com' }),
  });
  expect([response.status, await readAnswer(response)]).toEqual([
    401,
    expect.objectContaining({ title: 'Not authorized' }),
  ]);
  expect(await table.items()).toEqual(before);
});

test('a wrong handshake is answered alike whatever the body, so that it tells an attacker nothing', async () => {
  const answers = await Promise.all(
    ['', '{', 'contactId=1', 'x'.repeat(1000)].map(async (body) =>
      (await request('/?aal_genpass=nonsense', { method: 'POST', body })).text(),
    ),
  );
  expect(new Set(answers).size).toBe(1);
});

test.each([
  '/',
  '/?aal_unknown=x',
  `/aal_unknown/${HANDSHAKES.academy}`,
  `/mbr/user/${HANDSHAKES.academy}`,
  `/mbr/user/create/more/${HANDSHAKES.academy}`,
  '/%E0%A4%A/x',
  '/favicon.ico',
  `/crm_event/${HANDSHAKES.academy}`,
  `/?genpass_if_tagged=${HANDSHAKES.academy}`,
  `/events/${HANDSHAKES.academy}`,
  `/events/nimble/${HANDSHAKES.academy}`,
])('%s is answered 404 with the commands there are', async (path) => {
  const response = await request(path);
  const answer = await response.text();
  expect(response.status).toBe(404);
  for (const { name } of postedCommands) expect(answer).toContain(name);
});

test('two commands in one URL are refused, by name', async () => {
  const response = await request(`/?aal_updateuser=${HANDSHAKES.academy}&aal_genpass=${HANDSHAKES.academy}`);
  expect(response.status).toBe(400);
  expect((await readAnswer(response)).detail).toMatch(/aal_updateuser, aal_genpass/);
});

test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
  '%s is answered 405 with what is allowed',
  async (method) => {
    const response = await request(`/?aal_updateuser=${HANDSHAKES.academy}`, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD, POST');
  },
);

test('percent-encoded characters and a slash at the end lead to the same command', async () => {
  const encoded = HANDSHAKES.academy.replaceAll('-', '%2D');
  for (const path of [
    `/aal%5Fupdateuser/${encoded}`,
    `/aal_updateuser/${encoded}/`,
    `/?aal%5Fupdateuser=${encoded}`,
  ]) {
    expect((await request(`${path}${path.includes('?') ? '&' : '?'}contactId=10`)).status).toBe(200);
  }
});
