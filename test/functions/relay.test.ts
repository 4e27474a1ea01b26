import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { PluginSite } from '../../local/plugin-simulator/plugin-site.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { doneFor, hostOf, passThrough } from '../support/relay.ts';
import { readAnswer } from '../support/webhook-answer.ts';

let latchkey: TestLatchkey;
let host: PluginSite;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pluginHost: { answerMs: 5 } });
  host = hostOf(latchkey, 'relayed');
});
afterAll(() => latchkey.stop());
afterEach(() => host.setFault());

const form = (contactId: string, seq: number, more: Record<string, string> = {}) =>
  new URLSearchParams({ 'contact[id]': contactId, seq: String(seq), ...more }).toString();

const BINARY = Buffer.from([0x78, 0x3d, 0x00, 0xff, 0xfe, 0x26, 0x80, 0x0a]);

test.each([
  {
    what: 'a command in the query',
    url: `/?aal_updateuser=${HANDSHAKES.relayed}&x=%20a`,
    arrives: { method: 'POST', path: '/', query: 'aal_updateuser=***&x=+a', plugin: 'AccessAlly' },
  },
  {
    what: 'a command in our own path',
    url: `/aal_genpass/${HANDSHAKES.relayed}`,
    arrives: { method: 'POST', path: '/', query: 'aal_genpass=***', plugin: 'AccessAlly' },
  },
  {
    what: "ActiveMember360's path",
    url: `/mbr/user/create/${HANDSHAKES.relayed}?tid=7`,
    arrives: { path: '/mbr/user/create/***', query: 'tid=7', plugin: 'ActiveMember360' },
  },
  {
    what: 'WP Fusion, passed through',
    url: `/relay/${HANDSHAKES.relayed}?wpf_action=add&access_key=of-old`,
    arrives: { path: '/', query: 'access_key=***&wpf_action=add', plugin: 'WP Fusion' },
  },
])('$what arrives as the plugin knows it, with its own secret', async ({ url, arrives }) => {
  const contact = `shape-${encodeURIComponent(arrives.query).length}-${arrives.path.length}`;
  const body = form(contact, 1, { note: 'ü &' });
  const answer = await fetch(latchkey.cloud.url + url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' },
    body,
  });
  const { webhook, status } = await readAnswer(answer);

  expect(status).toBe('queued');
  const record = await latchkey.until('relayed', contact, webhook, 'applied');
  const request = host.requests.find(({ webhookId }) => webhookId === webhook);
  expect(request).toMatchObject({
    ...arrives,
    contentType: 'application/x-www-form-urlencoded; charset=UTF-8',
  });
  expect(request?.body.toString()).toBe(body);
  expect(record.history?.[0]?.calls?.[0]).toMatch(/^POST \/[\w/]* 200, \d+ ms$/);
  expect(record).not.toHaveProperty('request');
  expect(await latchkey.flag('relayed', contact)).toBeUndefined();
});

test('what nobody but the plugin understands arrives byte for byte', async () => {
  const answer = await passThrough(latchkey, 'relayed', '?wpf_action=odd', {
    headers: { 'content-type': 'application/octet-stream' },
    body: BINARY,
  });
  const { webhook } = await readAnswer(answer);

  await host.until((requests) => requests.some(({ webhookId }) => webhookId === webhook));
  const request = host.requests.find(({ webhookId }) => webhookId === webhook);
  expect(request?.body).toEqual(BINARY);
  await latchkey.until('relayed', `*${webhook}`, webhook, 'applied');
});

test('the catalogue checks its commands, though they are handed on', async () => {
  const answer = await latchkey.post('relayed', 'aal_fieldop', { 'contact[id]': '5' });

  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('operationId');
});

test('updates that wait become one, the newest, and what adds never does', async () => {
  const contact = '7001';
  const send = (command: string, seq: number, more = {}) =>
    latchkey.send('relayed', command, { 'contact[id]': contact, seq: String(seq), ...more });
  const letGo = host.hold();
  const first = await send('aal_updateuser', 1);
  await host.until((requests) => requests.some(({ webhookId }) => webhookId === first));
  const waiting = [
    await send('aal_updateuser', 2),
    await send('aal_updateuser', 3),
    await send('aal_updateuser', 4),
    await send('aal_fieldop', 5, { operationId: 'points' }),
    await send('aal_fieldop', 6, { operationId: 'points' }),
    await send('aal_updateuser', 7),
    await send('aal_batchsync', 8),
  ];
  letGo();

  const last = await latchkey.until('relayed', contact, waiting.at(-1) ?? '', 'applied');
  expect(last.joined).toBeUndefined();
  expect(doneFor(host.requests, contact)).toEqual([1, 4, 5, 6, 7, 8]);
  const [second, third, fourth] = await Promise.all(
    waiting.slice(0, 3).map((id) => latchkey.record('relayed', contact, id)),
  );
  expect([second?.state, second?.joinedTo]).toEqual(['applied', waiting[2]]);
  expect([third?.state, third?.joinedTo]).toEqual(['applied', waiting[2]]);
  expect(second?.reason).toContain(`${waiting[2]}, a later update of this contact`);
  expect(fourth).toMatchObject({ state: 'applied', joined: 2 });
});

test('only what the config calls an update is joined among what is passed through', async () => {
  const contact = '7002';
  const send = async (query: string, seq: number) =>
    (await readAnswer(await passThrough(latchkey, 'relayed', query, { body: form(contact, seq) }))).webhook;
  const letGo = host.hold();
  const first = await send('?wpf_action=update', 1);
  await host.until((requests) => requests.some(({ webhookId }) => webhookId === first));
  await send('?wpf_action=update', 2);
  await send('?wpf_action=update', 3);
  await send('?wpf_action=add', 4);
  const last = await send('?wpf_action=add', 5);
  letGo();

  await latchkey.until('relayed', contact, last, 'applied');
  expect(doneFor(host.requests, contact)).toEqual([1, 3, 4, 5]);
});

test('a webhook that the site refuses for good fails at once, and keeps what a replay needs', async () => {
  await host.setFault({ does: 'final4xx', status: 404 });
  const id = await latchkey.send('relayed', 'aal_genpass', { 'contact[id]': '7003', seq: '1' });

  const failed = await latchkey.until('relayed', '7003', id, 'failed');
  expect(failed.reason).toMatch(/^the site answered 404.*: not tried again$/);
  expect(failed.attempts).toBe(1);
  await eventually(async () => expect(await latchkey.messagesIn('deliveries/dead-letters')).toBe(1));
  expect(failed.request?.body).toBeDefined();
});

test.each(['POST', 'GET'])('a site without a plugin to relay to says so to a %s', async (method) => {
  const answer = await fetch(`${latchkey.cloud.url}/relay/${HANDSHAKES.academy}?x=1`, {
    method,
    ...(method === 'POST' && { body: form('1', 1) }),
  });

  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain('This site does not relay');
});

test.each([
  '/relay/%/../wp-admin/x',
  '/relay/%/%2e%2e/wp-admin',
  '/relay/%/a/.',
  '/relay/%/a\\..\\..\\wp-admin',
  '/relay/%/a%5c..%5cwp-admin',
  '/relay/%/.%09./wp-admin',
])('the path %s does not lead out of the plugin', async (path) => {
  const { url } = latchkey.cloud;
  const raw = path.replace('%', HANDSHAKES.relayed);
  const status = await statusOfRaw(url, raw);

  expect([400, 404]).toContain(status);
  expect(host.requests.some((request) => request.path.includes('wp-admin'))).toBe(false);
});

/** fetch would resolve the dots by itself. */
async function statusOfRaw(base: string, path: string): Promise<number | undefined> {
  const { request } = await import('node:http');
  const { hostname, port } = new URL(base);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method: 'POST' }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.end('contact[id]=1');
  });
}
