import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FaultSwitchboard } from './fault-switchboard.ts';
import { sendJson } from './http-server.ts';
import { misbehave, setHeaders } from './misbehave.ts';
import type { RateLimit } from './rate-limit.ts';
import type { Admission } from './rate-limit-window.ts';
import type { RequestCounter } from './request-counter.ts';
import { parseJson } from './request-json.ts';
import { type ApiAnswer, type Match, type Routes, router } from './router.ts';

/** What a CRM answers, in its own words, where no route is asked. */
export type ApiWords = {
  unauthorized: ApiAnswer;
  tooMany: ApiAnswer;
  /** The answer to a path that does not exist, a body that is not JSON or too large, or a planned fault. */
  problem(status: number, message: string): ApiAnswer;
  /** Headers of every authorized answer, also of the refusal. */
  limitHeaders(admission: Admission): Record<string, string | number>;
};

export type ApiOptions = {
  /** Where the API begins; the routes' templates follow. */
  path: string;
  routes: Routes;
  isAuthorized(headers: IncomingHttpHeaders): boolean;
  words: ApiWords;
  rateLimit: RateLimit;
  faults: FaultSwitchboard;
  requests: RequestCounter;
};

/**
 * Answers the API's requests, in this order: count, token, limit, fault, route. A wrong token
 * takes nothing from the account's limit, and a fault strikes only what the limit let through.
 */
export function apiListener(
  options: ApiOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { requests, rateLimit, faults, words } = options;
  const find = router(options.routes);

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const match = find(request.method ?? 'GET', url.pathname.slice(options.path.length));
    const send = ({ status, body }: ApiAnswer): void => {
      if (typeof body === 'string') response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
      else sendJson(response, status, body);
    };
    const tell = (status: number) => send(words.problem(status, 'The simulator was told to answer so'));
    requests.count(match.name);
    if (!options.isAuthorized(request.headers)) {
      requests.unauthorized += 1;
      send(words.unauthorized);
      return;
    }
    const admission = rateLimit.admit();
    setHeaders(response, words.limitHeaders(admission));
    if (!admission.admitted) {
      requests.refused += 1;
      send(words.tooMany);
      return;
    }
    const fault = faults.take(match.name);
    if (faults.latencyMs > 0) await delay(faults.latencyMs);
    if (fault !== undefined && fault.when !== 'after') {
      misbehave(fault, response, { status: 200, body: {} }, tell);
      return;
    }
    const answer = await routeAnswer(match, request, url.searchParams, words);
    if (fault === undefined) send(answer);
    else misbehave(fault, response, answer, tell);
  };
}

async function routeAnswer(
  { route, params }: Match,
  request: IncomingMessage,
  query: URLSearchParams,
  words: ApiWords,
): Promise<ApiAnswer> {
  const parsed = await parseJson(request);
  if ('problem' in parsed) return words.problem(parsed.status, parsed.problem);
  if (route === undefined) return words.problem(404, 'Not Found');
  return route({ params, query, headers: request.headers, body: parsed.body });
}

/** Whether a header holds the secret. Compared by hash, so that neither length nor place of a difference shows in the time. */
export function holdsSecret(given: string | string[] | undefined, secret: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return typeof given === 'string' && timingSafeEqual(hash(given), hash(secret));
}
