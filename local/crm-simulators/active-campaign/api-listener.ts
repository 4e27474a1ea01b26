import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault, FaultSwitchboard } from '../fault-switchboard.ts';
import { sendJson } from '../http-server.ts';
import type { RateLimitWindow } from '../rate-limit-window.ts';
import type { RequestCounter } from '../request-counter.ts';
import { parseJson } from '../request-json.ts';
import { type ApiAnswer, type Match, type Routes, router } from '../router.ts';

/** Where the API begins. */
export const API_PATH = '/api/3';

export type ApiOptions = {
  routes: Routes;
  token: string;
  window: RateLimitWindow;
  faults: FaultSwitchboard;
  requests: RequestCounter;
};

/**
 * Answers the requests under /api/3, in this order: count, token, limit, fault, route. A wrong token
 * takes nothing from the account's limit, and a fault strikes only what the limit let through.
 */
export function apiListener(
  options: ApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { requests, window, faults } = options;
  const find = router(options.routes);

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const match = find(request.method ?? 'GET', url.pathname.slice(API_PATH.length));
    requests.count(match.name);
    if (!sameToken(request.headers['api-token'], options.token)) {
      requests.unauthorized += 1;
      sendJson(response, 403, { message: 'Forbidden' });
      return;
    }
    const { admitted, remaining, retryAfterSeconds } = window.admit();
    response.setHeader('RateLimit-Limit', window.limit);
    response.setHeader('RateLimit-Remaining', remaining);
    if (!admitted) {
      requests.refused += 1;
      response.setHeader('Retry-After', retryAfterSeconds);
      sendJson(response, 429, { message: 'Too Many Requests' });
      return;
    }
    const fault = faults.take(match.name);
    if (faults.latencyMs > 0) await delay(faults.latencyMs);
    if (fault !== undefined && fault.when !== 'after') {
      misbehave(fault, response, { status: 200, body: {} });
      return;
    }
    const answer = await routeAnswer(match, request, url.searchParams);
    if (fault === undefined) sendJson(response, answer.status, answer.body);
    else misbehave(fault, response, answer);
  };
}

async function routeAnswer(
  { route, params }: Match,
  request: IncomingMessage,
  query: URLSearchParams,
): Promise<ApiAnswer> {
  const parsed = await parseJson(request);
  if ('problem' in parsed) return { status: parsed.status, body: { message: parsed.problem } };
  if (route === undefined) return { status: 404, body: { message: 'Not Found' } };
  return route({ params, query, body: parsed.body });
}

function misbehave(
  { does, status = 500, headers = {} }: Fault,
  response: ServerResponse,
  answer: ApiAnswer,
): void {
  if (does === 'hang') return;
  if (does === 'reset') {
    response.socket?.resetAndDestroy();
  } else if (does === 'malformed') {
    const text = JSON.stringify({ ...(answer.body as object), end: '' });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(text.slice(0, -4));
  } else {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, status, { message: 'The simulator was told to answer so' });
  }
}

/** Compared by hash, so that neither the length nor the place of a difference shows in the time. */
function sameToken(given: string | string[] | undefined, token: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(hash(given), hash(token));
}
