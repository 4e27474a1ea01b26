import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { BodyTooLarge, readBody, sendJson } from '../../crm-simulators/http-server.ts';
import { misbehave } from '../../crm-simulators/misbehave.ts';
import type { RequestCounter } from '../../crm-simulators/request-counter.ts';
import { parseJson } from '../../crm-simulators/request-json.ts';
import { type ApiAnswer, type Match, type Routes, router } from '../../crm-simulators/router.ts';
import type { PayPalFaults } from './faults.ts';
import { problem } from './words.ts';

const LONGEST_FORM = 10_000;

/** Answers requests, in this order: count, fault, route. */
export function payPalListener(
  routes: Routes,
  faults: PayPalFaults,
  requests: RequestCounter,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const find = router(routes);

  return async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const match = find(request.method ?? 'GET', url.pathname);
    const tell = (status: number) => send(response, problem(faults, status, 'TOLD_TO_ANSWER_SO'));
    requests.count(match.name);
    const fault = faults.take(match.name);
    if (faults.latencyMs > 0) await delay(faults.latencyMs);
    if (fault && fault.when !== 'after') {
      misbehave(fault, response, { status: 200, body: {} }, tell);
      return;
    }
    const answer = await answerTo(match, request, url.searchParams, faults);
    if (fault) misbehave(fault, response, answer, tell);
    else send(response, answer);
  };
}

async function answerTo(
  { route, params }: Match,
  request: IncomingMessage,
  query: URLSearchParams,
  faults: PayPalFaults,
): Promise<ApiAnswer> {
  const { headers } = request;
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const parsed = await (isForm ? parseForm(request) : parseJson(request));
  if ('problem' in parsed) return problem(faults, parsed.status);
  if (!route) return problem(faults, 404);
  return route({ params, query, headers, body: parsed.body });
}

async function parseForm(request: IncomingMessage): ReturnType<typeof parseJson> {
  try {
    return { body: Object.fromEntries(new URLSearchParams(await readBody(request, LONGEST_FORM))) };
  } catch (error) {
    if (error instanceof BodyTooLarge) return { status: 413, problem: error.message };
    throw error;
  }
}

function send(response: ServerResponse, { status, body }: ApiAnswer): void {
  if (typeof body === 'string') response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  else sendJson(response, status, body);
}
