import { createServer } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { isAccepted, postFromConnections, postSteadily } from '../../../bench/support/post.ts';
import { close, listen } from '../../../local/http-server.ts';

const PATIENCE = { patienceMs: 10_000 };
const webhook = (path: string) => ({ path, contentType: 'text/plain', body: 'grüße' });

let url = '';
let connections = 0;
const got: string[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const part of request.setEncoding('utf8')) body += part;
  got.push(`${request.headers['content-type']} ${body}`);
  if (request.url === '/reset') return void request.socket.destroy();
  if (request.url === '/hang') return;
  response.writeHead(request.url === '/refused' ? 401 : 200).end(`answer to ${request.url}`);
});
server.on('connection', () => connections++);
beforeAll(async () => {
  url = await listen(server, 0);
});
beforeEach(() => {
  connections = 0;
  got.length = 0;
});
afterAll(() => close(server));

test('webhooks go over as many connections as are wanted, each once', async () => {
  const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
  const posted = await postFromConnections(url, paths.map(webhook), { connections: 4, ...PATIENCE });
  expect(connections).toBe(4);
  expect(posted.map(({ webhook: { path } }) => path).sort()).toEqual(paths.toSorted());
  for (const each of posted) {
    expect(isAccepted(each)).toBe(true);
    expect(each.text).toBe(`answer to ${each.webhook.path}`);
  }
  expect(new Set(got)).toEqual(new Set(['text/plain grüße']));
});

test('what fails is told, and keeps nobody from posting the rest', async () => {
  const paths = ['/refused', '/reset', '/fine'];
  const posted = await postFromConnections(url, paths.map(webhook), { connections: 1, ...PATIENCE });
  expect(posted.map(({ delivery }) => ('status' in delivery ? delivery.status : delivery.failure))).toEqual([
    ...[401, 'ECONNRESET', 200],
  ]);
  expect(posted.map(isAccepted)).toEqual([false, false, true]);
});

test('an answer that does not come is a failure after the time that was given', async () => {
  const [hung] = await postFromConnections(url, [webhook('/hang')], { connections: 1, patienceMs: 50 });
  expect(hung?.delivery).toMatchObject({ failure: 'time-out' });
});

test('at a steady pace nobody waits for the answer of another', async () => {
  const posted = await postSteadily(url, [webhook('/hang'), webhook('/fine')], {
    ...{ perSecond: 1_000, patienceMs: 200 },
  });
  expect(posted.map(isAccepted)).toEqual([false, true]);
});
