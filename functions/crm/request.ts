import { Rejected, reasonOf, Throttled, Unavailable } from '../platform/errors.ts';
import { DEFAULT_RETRY_AFTER_MS, waitAfter429 } from '../platform/retry-after.ts';
import type { Turns } from './turns.ts';

const TIMEOUT_MS = 10_000;
const MOST_REFUSALS = 3; // in a row: then others use the limit up, and waiting on costs Lambda and the attempt

export type CrmRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: object;
  /** How long to wait after a 429, in ms, where the CRM says it in other words than `Retry-After`. */
  retryAfterMs?: (headers: Headers) => number | undefined;
};

/**
 * Sends one request to a CRM, at its account's pace, and obeys Retry-After.
 * @returns the JSON of a 2xx answer, or undefined for 404
 * @throws Throttled where the limit leaves no room; Rejected where the CRM refuses the request for good;
 *   Unavailable where trying again may help: 5xx, a time-out, an answer that is not JSON, bad credentials
 */
export async function requestCrm(pace: Turns, request: CrmRequest): Promise<unknown> {
  for (let refusals = 1; ; refusals++) {
    await pace.turn();
    const answer = await sendNoted(pace, request);
    if (answer.status !== 429) return read(request, answer);
    const { headers } = answer;
    const waitMs = waitAfter429(headers.get('retry-after'), () => request.retryAfterMs?.(headers));
    await pace.hold(waitMs);
    if (refusals < MOST_REFUSALS) continue;
    const { method, url } = request;
    throw new Throttled(
      `${label(method, url)} answered 429 again and again`,
      Math.max(waitMs, DEFAULT_RETRY_AFTER_MS),
    );
  }
}

type Answer = Pick<Response, 'status' | 'ok' | 'headers'> & { text: string };

/** Sends a request, and has it noted whatever comes of it. */
async function sendNoted(pace: Turns, request: CrmRequest): Promise<Answer> {
  const started = performance.now();
  let status = 0;
  try {
    const answer = await send(request, pace.signal);
    status = answer.status;
    return answer;
  } finally {
    const ms = Math.round(performance.now() - started);
    pace.made?.({ what: `${request.method} ${request.url.pathname}`, status, ms });
  }
}

async function send({ method, url, headers, body }: CrmRequest, stop?: AbortSignal): Promise<Answer> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      method,
      headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: stop ? AbortSignal.any([timeout, stop]) : timeout,
    });
    const text = await response.text();
    return { status: response.status, ok: response.ok, headers: response.headers, text };
  } catch (error) {
    throw new Unavailable(`${label(method, url)} did not answer: ${reasonOf(error)}`);
  }
}

function read({ method, url, headers, body }: CrmRequest, { status, ok, text }: Answer): unknown {
  if (status === 404) return undefined;
  if (status === 401 || status === 403) {
    throw new Unavailable(
      `${label(method, url)} answered ${status}: check the credentials of this site's CRM.`,
    );
  }
  if (status >= 400 && status < 500 && status !== 408) {
    throw new Rejected(`${label(method, url)} answered ${status}: ${quotable(text, { headers, body })}`);
  }
  if (!ok) throw new Unavailable(`${label(method, url)} answered ${status}`);
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Unavailable(`${label(method, url)} answered ${status} with something that is not JSON`);
  }
}

/** Method and path; the query may hold personal data and stays out. */
const label = (method: string, url: URL): string => `${method} ${url.host}${url.pathname}`;

const MAX_QUOTED = 200;
const MIN_SECRET_LENGTH = 6; // shorter text that we send is ids, which the complaint needs

/**
 * A vendor's complaint, short, without e-mail addresses and without what it quotes of our request, which may be
 * a password or the token.
 */
function quotable(text: string, sent: Pick<CrmRequest, 'headers' | 'body'>): string {
  let quoted = text;
  for (const value of textsIn(sent)) {
    if (value.length < MIN_SECRET_LENGTH) continue;
    for (const form of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())])
      quoted = quoted.replaceAll(form, '(sent)');
  }
  // Word by word: a pattern of a whole address would be tried again from each character of a long word without one.
  return quoted
    .replaceAll(/[^\s"'<>]+/g, (word) => (/.(@|%40)./is.test(word) ? '(address)' : word))
    .slice(0, MAX_QUOTED);
}

/** Every text in a value, however deep. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}
