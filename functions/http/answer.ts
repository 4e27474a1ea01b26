import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { isPerson, PAGE_HEADERS, renderPage } from './page.ts';
import { Problem } from './problem.ts';

/** What a webhook is answered with, and what its log line says beside it. */
export type Answer = {
  status: number;
  headers?: Record<string, string>;
  body: object | string;
  log: Record<string, string | number>;
};

/** How a function answers: what its log line is called, and what heads each kind of problem. */
export type Answering = { line: string; titles: Record<Problem['status'], string> };

/**
 * Middleware that turns an Answer or a thrown error into the HTTP answer and writes the one log line of the
 * request: never its URL or body, which hold secrets and personal data.
 */
export function answering(
  how: Answering,
): MiddlewareObj<APIGatewayProxyEventV2, unknown, Error, Context, Internal> {
  const finish = (request: Request, answer: Answer) => {
    const ms = Math.round(performance.now() - request.internal.startedAt);
    logger.info(how.line, { status: answer.status, ms, ...answer.log });
    request.response = httpAnswer(answer);
  };
  return {
    before: (request) => {
      request.internal.startedAt = performance.now();
    },
    after: (request) => finish(request, request.response as Answer),
    onError: (request) => finish(request, answerOf(request.error, request.event, how)),
  };
}

type Internal = { startedAt: number };
type Request = { internal: Internal; response: unknown };

function answerOf(error: unknown, event: APIGatewayProxyEventV2, { line, titles }: Answering): Answer {
  if (error instanceof Problem) {
    const answer: Answer = {
      status: error.status,
      headers: { 'content-type': 'application/problem+json', ...error.headers },
      body: {
        status: error.status,
        title: titles[error.status],
        detail: error.message,
        problems: error.complaints,
      },
      log: { ...error.log, outcome: 'refused', reason: error.reason },
    };
    return lookedAt(event) ? { ...answer, ...pageOf(error, titles) } : answer;
  }
  // A fault of ours, told apart from 503 by its status; the alarm on 5xx brings a person.
  const reason = reasonOf(error);
  logger.error(`${line} crashed`, { reason, stack: error instanceof Error ? (error.stack ?? '') : '' });
  return {
    status: 500,
    headers: { 'content-type': 'application/problem+json' },
    body: {
      status: 500,
      title: 'Latchkey failed',
      detail: 'A fault of Latchkey; its log says why.',
      problems: [],
    },
    log: { outcome: 'crashed', reason },
  };
}

/** Whether a person has opened the address in a browser. */
const lookedAt = ({ requestContext, headers }: APIGatewayProxyEventV2): boolean =>
  requestContext.http.method === 'GET' && isPerson(headers.accept);

const pageOf = (problem: Problem, titles: Answering['titles']) => ({
  headers: { ...PAGE_HEADERS, ...problem.headers },
  body: renderPage({
    live: false,
    headline: 'Nothing listens here',
    title: titles[problem.status],
    text: problem.message,
    footnote: 'Opening the address did nothing.',
  }),
});

function httpAnswer({ status, headers, body }: Answer): APIGatewayProxyStructuredResultV2 {
  const isText = typeof body === 'string';
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}
