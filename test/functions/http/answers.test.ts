import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { type Answer, answering } from '../../../functions/http/answer.ts';
import { bearerToken } from '../../../functions/http/bearer-token.ts';
import { isOnThisMachine } from '../../../functions/http/https-url.ts';
import { renderPage } from '../../../functions/http/page.ts';
import { Problem } from '../../../functions/http/problem.ts';
import { TITLES } from '../../../functions/http/titles.ts';
import { logger } from '../../../functions/platform/logger.ts';
import { type HttpAnswer, httpEvent, type RequestParts } from '../../support/http-event.ts';

let info: jest.SpiedFunction<typeof logger.info>;
let error: jest.SpiedFunction<typeof logger.error>;
beforeEach(() => {
  info = jest.spyOn(logger, 'info').mockReturnValue();
  error = jest.spyOn(logger, 'error').mockReturnValue();
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** What a function answers that does this. */
function answerTo(does: () => Answer, parts: RequestParts = {}): Promise<HttpAnswer> {
  const handler = middy<APIGatewayProxyEventV2, unknown>()
    .use(answering({ line: 'test', titles: TITLES }))
    .handler(async () => does());
  const event = httpEvent(parts) as unknown as APIGatewayProxyEventV2;
  return handler(event, {} as Context) as Promise<HttpAnswer>;
}
const fails = (cause: unknown) => () => {
  throw cause;
};
const BROWSER = { method: 'GET', headers: { accept: 'text/html,*/*' } };

test('an answer is JSON that nobody keeps, and one line in the log', async () => {
  const answer = await answerTo(() => ({ status: 200, body: { a: 1 }, log: { site: 'academy' } }));
  expect(answer).toEqual({
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
    body: '{"a":1}',
  });
  expect(info.mock.calls).toEqual([['test', { status: 200, ms: expect.any(Number), site: 'academy' }]]);
  const [, logged] = info.mock.calls[0] ?? [];
  const { ms } = logged as unknown as { ms: number };
  expect(ms >= 0 && ms < performance.now() && Number.isInteger(ms)).toBe(true); // since it began, not since we did
});

test('an answer may have headers of its own, and text that goes as it is', async () => {
  const headers = { 'content-type': 'text/plain', 'x-hook-secret': 's' };
  const answer = await answerTo(() => ({ status: 200, headers, body: '"text"', log: {} }));
  expect(answer).toMatchObject({ headers: { ...headers, 'cache-control': 'no-store' }, body: '"text"' });
});

test('a problem is answered with its title, its sentence and all that is wrong', async () => {
  const problem = new Problem(422, 'It cannot be done.', {
    complaints: [{ at: 'change', problem: 'must not be 0' }],
    headers: { 'retry-after': '30' },
  });
  problem.log = { site: 'academy' };
  const { statusCode, headers, body } = await answerTo(fails(problem));
  expect([statusCode, headers['content-type'], headers['retry-after']]).toEqual([
    ...[422, 'application/problem+json', '30'],
  ]);
  expect(JSON.parse(body)).toEqual({
    ...{ status: 422, title: 'Not valid', detail: 'It cannot be done.' },
    problems: [{ at: 'change', problem: 'must not be 0' }],
  });
  expect(info).toHaveBeenCalledWith('test', {
    ...{ status: 422, ms: expect.any(Number), site: 'academy', outcome: 'refused' },
    reason: 'It cannot be done. | change: must not be 0',
  });
  expect(error).not.toHaveBeenCalled();
});

test('a problem that has no more to say says its sentence', () => {
  const { name, complaints, headers, reason } = new Problem(401, 'The handshake is wrong.');
  expect({ name, complaints, headers, reason }).toEqual({
    ...{ name: 'Problem', complaints: [], headers: {}, reason: 'The handshake is wrong.' },
  });
});

test('who opens an address in a browser sees a problem as a page', async () => {
  const problem = new Problem(401, 'The handshake is wrong.', { headers: { 'x-a': '1' } });
  const { statusCode, headers, body } = await answerTo(fails(problem), BROWSER);
  expect([statusCode, headers['content-type'], headers['x-a']]).toEqual([
    401,
    'text/html; charset=utf-8',
    '1',
  ]);
  for (const words of [
    'Not authorized',
    'The handshake is wrong.',
    'color:var(--stop)',
    'Nothing listens here',
  ])
    expect(body).toContain(words);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
});

test.each([
  ['a POST', { ...BROWSER, method: 'POST' }],
  ['a program', { method: 'GET', headers: { accept: 'application/json' } }],
  ['one that says nothing of what it takes', { method: 'GET' }],
])('%s gets no page', async (_, parts) => {
  const { headers } = await answerTo(fails(new Problem(401, 'no')), parts);
  expect(headers['content-type']).toBe('application/problem+json');
});

test.each([new Error('the disk is full'), 'text that was thrown'])(
  'a fault of ours is a 500, which shows nothing of it; the log has all: %s',
  async (cause) => {
    const { statusCode, headers, body } = await answerTo(fails(cause));
    expect([statusCode, headers['content-type']]).toEqual([500, 'application/problem+json']);
    expect(JSON.parse(body)).toMatchObject({ status: 500, problems: [] });
    expect(body).not.toMatch(/disk|thrown/);
    const reason = expect.stringMatching(/disk|thrown/);
    expect(error).toHaveBeenCalledWith('test crashed', {
      reason,
      stack: cause instanceof Error ? expect.stringContaining('answers.test') : '',
    });
    expect(info).toHaveBeenCalledWith('test', {
      status: 500,
      ms: expect.any(Number),
      outcome: 'crashed',
      reason,
    });
  },
);

test('a page has a list of terms where it has terms', () => {
  const page = {
    live: true,
    headline: 'Live',
    title: 'aal_genpass',
    text: 'Creates.',
    footnote: 'Nothing done.',
  };
  expect(renderPage(page)).toContain('<p>Creates.</p>\n\n<p class="foot">');
  const withTerms = renderPage({ ...page, terms: { tid: 'Tags.', automation: 'Automations.' } });
  expect(withTerms).toContain(
    '<dl><dt><code>tid</code></dt><dd>Tags.</dd><dt><code>automation</code></dt><dd>Automations.</dd></dl>',
  );
  for (const words of ['Live', 'aal_genpass', 'Creates.', 'Nothing done.', 'color:var(--go)'])
    expect(withTerms).toContain(words);
});

test.each([
  ['Bearer abc', 'abc'],
  ['bearer   a-b_c.d  ', 'a-b_c.d'],
  ['Bearer ', undefined],
  ['Bearer a b', undefined],
  ['Bearerabc', undefined],
  ['x Bearer abc', undefined],
  ['Basic abc', undefined],
  [undefined, undefined],
])('of the header %s the token is %s', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});

test('addresses of this machine are told from those that only look like them', () => {
  for (const own of ['http://127.0.0.1:80/', 'http://localhost', 'https://[::1]/x'])
    expect(isOnThisMachine(own)).toBe(true);
  for (const other of [
    'http://127.0.0.11',
    'http://x127.0.0.1',
    'http://127x0.0.1',
    'http://localhosts',
    'no address',
  ])
    expect(isOnThisMachine(other)).toBe(false);
});
