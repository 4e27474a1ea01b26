import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type FixtureCloud, startFixtureCloud } from './fixtures/cloud.ts';

let cloud: FixtureCloud;
beforeAll(async () => {
  cloud = await startFixtureCloud({ pollers: false });
});
afterAll(() => cloud.stop());

const JSON_TYPE = { 'content-type': 'application/json' };
const post = (path: string, body?: unknown, headers: Record<string, string> = JSON_TYPE) =>
  fetch(cloud.url + path, { method: 'POST', headers, ...(body !== undefined && { body: body as string }) });
const ask = (deed: object, path = '/') => post(path, JSON.stringify(deed));
// biome-ignore lint/suspicious/noExplicitAny: the event under test
const eventOf = async (response: Response): Promise<any> =>
  ((await response.json()) as { event: unknown }).event;

test('the event has the exact form of payload format 2.0', async () => {
  const response = await post('/items/a%20b?x=1&x=2&y=%20z', '{"a":1}', {
    ...JSON_TYPE,
    'X-Own': 'Yes',
    cookie: 'a=b; c=d',
  });
  expect(await eventOf(response)).toEqual({
    version: '2.0',
    routeKey: 'POST /items/{id}',
    rawPath: '/items/a b',
    rawQueryString: 'x=1&x=2&y=%20z',
    cookies: ['a=b', 'c=d'],
    headers: expect.objectContaining({ 'x-own': 'Yes', 'content-length': '7', 'x-forwarded-proto': 'http' }),
    queryStringParameters: { x: '1,2', y: ' z' },
    pathParameters: { id: 'a b' },
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: new URL(cloud.url).host,
      domainPrefix: '127',
      http: {
        method: 'POST',
        path: '/items/a b',
        protocol: 'HTTP/1.1',
        sourceIp: '127.0.0.1',
        userAgent: 'node',
      },
      requestId: expect.any(String),
      routeKey: 'POST /items/{id}',
      stage: '$default',
      time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      timeEpoch: expect.any(Number),
    },
    body: '{"a":1}',
    isBase64Encoded: false,
  });
});

test('headers that come twice are joined by a comma', async () => {
  const { hostname, port } = new URL(cloud.url);
  const body = await new Promise<string>((resolve, reject) => {
    const sent = request({
      hostname,
      port,
      path: '/echo',
      method: 'POST',
      headers: { 'X-Twice': ['a', 'b'] },
    });
    sent
      .on('response', (response) => resolve(text(response)))
      .on('error', reject)
      .end();
  });
  expect(JSON.parse(body).event.headers['x-twice']).toBe('a,b');
});

test('a form body arrives in base64', async () => {
  const event = await eventOf(
    await post('/echo', 'contact[id]=1', { 'content-type': 'application/x-www-form-urlencoded' }),
  );
  expect(event).toMatchObject({
    isBase64Encoded: true,
    body: Buffer.from('contact[id]=1').toString('base64'),
  });
});

test.each(['text/plain', 'application/json; charset=utf-8', 'application/xml', 'application/ld+json'])(
  'a body of type %s arrives as text',
  async (type) => {
    const event = await eventOf(await post('/echo', '{"é":1}', { 'content-type': type }));
    expect(event).toMatchObject({ isBase64Encoded: false, body: '{"é":1}' });
  },
);

test('without a body and a query neither stands in the event', async () => {
  const event = await eventOf(await fetch(`${cloud.url}/files/a/b`));
  expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['body']));
  expect(Object.keys(event)).not.toEqual(expect.arrayContaining(['queryStringParameters']));
  expect(event).toMatchObject({
    pathParameters: { path: 'a/b' },
    isBase64Encoded: false,
    rawQueryString: '',
  });
});

test('an unknown route is answered 404 by the gateway', async () => {
  const response = await post('/nothing');
  expect([response.status, await response.json()]).toEqual([404, { message: 'Not Found' }]);
});

test('a body over 10 MB is answered 413', async () => {
  const response = await post('/echo', 'x'.repeat(10 * 1024 * 1024 + 1), { 'content-type': 'text/plain' });
  expect([response.status, await response.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
});

test('an event over the 6 MB of Lambda is answered 413', async () => {
  expect((await post('/echo', 'x'.repeat(6 * 1024 * 1024), { 'content-type': 'text/plain' })).status).toBe(
    413,
  );
});

test('an answer with a statusCode becomes the response: headers, cookies and a body in base64', async () => {
  const body = Buffer.from([0, 255]).toString('base64');
  const answer = {
    statusCode: 201,
    headers: { 'X-Own': 5 },
    cookies: ['a=b', 'c=d'],
    body,
    isBase64Encoded: true,
  };
  const response = await ask({ do: 'answer', answer });
  expect(response.status).toBe(201);
  expect(response.headers.get('x-own')).toBe('5');
  expect(response.headers.getSetCookie()).toEqual(['a=b', 'c=d']);
  expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255]);
});

test('an answer without a statusCode is the JSON body of a 200', async () => {
  const response = await ask({ do: 'answer', answer: { fine: true } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  expect(await response.json()).toEqual({ fine: true });
  expect(await (await ask({ do: 'answer', answer: 'as it is' })).text()).toBe('as it is');
});

test.each([
  ['a status that is none', { statusCode: 'fine' }],
  ['a body that is no text', { statusCode: 200, body: { a: 1 } }],
  ['headers that are no object', { statusCode: 200, headers: 'x' }],
])('%s is answered 500', async (_, answer) => {
  const response = await ask({ do: 'answer', answer });
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
});

test('a function that throws is answered 500, without its error', async () => {
  const response = await ask({ do: 'throw' });
  expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
});

test('a function that runs out of its time is answered 500', async () => {
  expect((await ask({ do: 'hang' })).status).toBe(500);
});

test('an integration that runs out of its time is answered 503, and the function goes on', async () => {
  const response = await ask({ do: 'wait', milliseconds: 600 }, '/hasty');
  expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
});

test('500 webhooks at once are all answered', async () => {
  const ids = Array.from({ length: 500 }, (_, index) => `burst-${index}`);
  const answers = await Promise.all(ids.map(async (id) => (await ask({ do: 'store', id })).status));
  expect(answers.filter((status) => status !== 200)).toEqual([]);
});
