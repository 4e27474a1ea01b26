import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { Unavailable } from '../../../functions/platform/errors.ts';
import { type PluginRequest, sendToPlugin } from '../../../functions/relay/send.ts';
import { type Listening, listen, listenHttp, listenRaw } from './plugin-server.ts';

const PATIENT = { timeoutMs: 60_000, allowPrivateAddresses: true };
/** For answers that never come, and yet long enough for the beginning of those that never end. */
const HASTY = { timeoutMs: 2_000, allowPrivateAddresses: true };

const SECRET = 'b7f1c0ffee5ec2e7';

const to = ({ port }: Pick<Listening, 'port'>, rest: Partial<PluginRequest> = {}): PluginRequest => ({
  method: 'POST',
  url: new URL(`http://127.0.0.1:${port}/hooks/${SECRET}?aal_updateuser=${SECRET}`),
  headers: {},
  ...rest,
});

/** Why a request got no answer. */
async function failure(request: PluginRequest, options = PATIENT): Promise<string> {
  const error = await sendToPlugin(request, options).then(
    (answer) => new Error(`it was answered: ${answer.status}`),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(Unavailable);
  const { message, cause } = error as Unavailable;
  expect(message).not.toContain(SECRET);
  expect(cause).toBeUndefined(); // reasonOf would show it
  return message;
}

test('method, path, query, headers and every byte of the body arrive; so do status, headers and text', async () => {
  const body = Uint8Array.from({ length: 1024 }, (_, index) => index % 256);
  let seen: (IncomingMessage & { bytes?: Buffer }) | undefined;
  const site = await listenHttp(async (request, response) => {
    seen = Object.assign(request, { bytes: await buffer(request) });
    response.writeHead(201, { 'X-Plugin': 'yes', 'Set-Cookie': ['a=1', 'b=2'] }).end('Bien reçu');
  });
  const headers = { 'Content-Type': 'application/octet-stream', 'User-Agent': 'ActiveCampaign' };
  const answer = await sendToPlugin(to(site, { body, headers }), PATIENT);
  expect(answer).toMatchObject({ status: 201, text: 'Bien reçu' });
  expect(answer.headers).toMatchObject({ 'x-plugin': 'yes', 'set-cookie': 'a=1,b=2' });
  expect(seen?.method).toBe('POST');
  expect(seen?.url).toBe(`/hooks/${SECRET}?aal_updateuser=${SECRET}`);
  expect(seen?.headers).toEqual({
    host: `127.0.0.1:${site.port}`,
    'content-type': 'application/octet-stream',
    'user-agent': 'ActiveCampaign',
    'content-length': '1024',
    'accept-encoding': 'identity',
    connection: 'close',
  });
  expect(seen?.bytes).toEqual(Buffer.from(body));
});

test('what the sender said about its own connection is not passed on', async () => {
  let seen: IncomingMessage | undefined;
  const site = await listenHttp((request, response) => {
    seen = request;
    response.end(`${request.headers.host}`);
  });
  const headers = {
    Host: 'elsewhere.example.com',
    'Content-Length': '99',
    'transfer-encoding': 'chunked',
    Connection: 'keep-alive, upgrade',
    Upgrade: 'websocket',
    Expect: '100-continue',
    'Accept-Encoding': 'gzip, br',
  };
  const answer = await sendToPlugin(to(site, { method: 'GET', body: Buffer.from('abc'), headers }), PATIENT);
  expect(answer.text).toBe(`127.0.0.1:${site.port}`);
  expect(seen?.headers).toEqual({
    host: `127.0.0.1:${site.port}`,
    'content-length': '3', // with a GET too, or the body would pass for another request
    'accept-encoding': 'identity',
    connection: 'close',
  });
});

test('each request has a connection of its own, which is closed afterwards', async () => {
  const site = await listenHttp((_request, response) => response.end('OK'));
  await sendToPlugin(to(site), PATIENT);
  await sendToPlugin(to(site), PATIENT);
  expect(site.connections()).toBe(2);
  await site.closed();
});

test('a redirect is an answer, not followed', async () => {
  const site = await listenHttp((_request, response) =>
    response.writeHead(301, { location: '/elsewhere' }).end(),
  );
  const { status, headers } = await sendToPlugin(to(site), PATIENT);
  expect([status, headers.location, site.connections()]).toEqual([301, '/elsewhere', 1]);
});

test('a 5xx is an answer, and not tried again here', async () => {
  const site = await listenHttp((_request, response) => response.writeHead(503).end('later'));
  expect(await sendToPlugin(to(site, { method: 'GET' }), PATIENT)).toMatchObject({
    status: 503,
    text: 'later',
  });
  expect(site.connections()).toBe(1);
});

test('a packed body stays packed', async () => {
  const site = await listenHttp((_request, response) =>
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('<html>'.repeat(1000))),
  );
  const { headers, text } = await sendToPlugin(to(site), PATIENT);
  expect(headers['content-encoding']).toBe('gzip');
  expect(text).not.toContain('<html>');
});

test('of an endless answer 64 kB are read, and the connection is dropped', async () => {
  const site = await listenHttp((_request, response) => {
    const more = () => {
      while (response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  });
  const { status, text } = await sendToPlugin(to(site), PATIENT);
  expect([status, text.length]).toEqual([200, 65_536]);
  await site.closed();
});

test('headers longer than Node takes by itself are no failure', async () => {
  const site = await listenHttp((_request, response) =>
    response.writeHead(200, { 'x-policy': 'p'.repeat(40_000) }).end('OK'),
  );
  expect(await sendToPlugin(to(site), PATIENT)).toMatchObject({ status: 200, text: 'OK' });
});

test('a site that does not answer is given up, and its connection dropped', async () => {
  const site = await listenHttp(() => {});
  expect(await failure(to(site), HASTY)).toBe(`127.0.0.1:${site.port} did not answer within 2 s`);
  await site.closed();
});

test('an answer that trickles is given up in time, whatever it is a piece of', async () => {
  const pieces = {
    'did not answer': ['HTTP/1.1 200 OK\r\nX-Slow: '],
    'answered 200 but did not finish': [
      'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n100000\r\n',
      'HTTP/1.1 200 OK\r\n\r\n', // ends with the connection
    ],
  };
  const trickling = Object.entries(pieces).flatMap(([missed, heads]) =>
    heads.map(async (head) => {
      const site = await listenRaw((socket) => {
        socket.write(head);
        const trickle = setInterval(() => socket.write('x'), 10);
        socket.once('close', () => clearInterval(trickle));
      });
      expect(await failure(to(site), HASTY)).toBe(`127.0.0.1:${site.port} ${missed} within 2 s`);
      await site.closed();
    }),
  );
  await Promise.all(trickling);
});

test.each(['127.0.0.1', 'localhost'])('a connection that %s refuses is told as that', async (host) => {
  const site = await listenHttp(() => {});
  await site.stop();
  const url = new URL(`http://${host}:${site.port}/${SECRET}`);
  expect(await failure({ method: 'POST', url, headers: {} })).toBe(
    `${host}:${site.port} refused the connection`,
  );
});

test('a connection that is reset before an answer is told as that', async () => {
  const site = await listenRaw((socket) => socket.resetAndDestroy());
  expect(await failure(to(site))).toBe(`the connection to 127.0.0.1:${site.port} was reset`);
  expect(site.connections()).toBe(1);
});

test('a connection that is reset before the request has arrived is told as that', async () => {
  const site = await listen(createServer((socket) => socket.resetAndDestroy()));
  expect(await failure(to(site, { body: new Uint8Array(10_000_000) }))).toBe(
    `the connection to 127.0.0.1:${site.port} was reset`,
  );
});

test('an answer that breaks off is none', async () => {
  const site = await listenRaw((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
  });
  expect(await failure(to(site))).toBe(
    `127.0.0.1:${site.port} answered 200, but not to the end: the connection to 127.0.0.1:${site.port} was reset`,
  );
});

test('a site that switches protocols leaves nobody waiting', async () => {
  const site = await listenRaw((socket) =>
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n'),
  );
  expect(await failure(to(site))).toBe(`127.0.0.1:${site.port} closed the connection without an answer`);
});

test('what is not HTTP is told as that, and not quoted', async () => {
  const site = await listenRaw((socket) => socket.end(`SSH-2.0-${SECRET}\r\n`));
  expect(await failure(to(site))).toBe(
    `what 127.0.0.1:${site.port} answered is not HTTP (HPE_INVALID_CONSTANT)`,
  );
});

test('a host that nobody knows is told as that', async () => {
  const url = new URL(`http://academy.invalid/${SECRET}`);
  expect(await failure({ method: 'POST', url, headers: {} })).toMatch(
    /^academy\.invalid(: no such host| could not be looked up: the name servers do not answer)$/,
  );
});

test.each(['127.0.0.1', 'localhost', '[::ffff:127.0.0.1]', '2130706433'])(
  '%s is refused, and hears nothing, unless private addresses are allowed',
  async (host) => {
    const site = await listenHttp((_request, response) => response.end('OK'));
    const url = new URL(`http://${host}:${site.port}/${SECRET}`);
    const guarded = { ...PATIENT, allowPrivateAddresses: false };
    expect(await failure({ method: 'POST', url, headers: {} }, guarded)).toMatch(
      /is at a private address.*set allowPrivateAddresses in the config$/,
    );
    expect(site.connections()).toBe(0);
    expect(await sendToPlugin({ method: 'POST', url, headers: {} }, PATIENT)).toMatchObject({ text: 'OK' });
  },
);
