import { Rejected, reasonOf } from '../platform/errors.ts';
import type { Pace } from './pace.ts';

const TIMEOUT_MS = 10_000;
const DEFAULT_RETRY_AFTER_MS = 5_000; // for a 429 that names no time

export type CrmRequest = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: URL;
  headers: Record<string, string>;
  body?: object;
};

/**
 * Sends one request to a CRM, at its account's pace, and obeys Retry-After.
 * @returns the JSON of a 2xx answer, or undefined for 404
 * @throws Throttled where the limit leaves no room; Rejected where the CRM refuses the request for good;
 *   another error where trying again may help: 5xx, a time-out, an answer that is not JSON, bad credentials
 */
export async function requestCrm(pace: Pace, request: CrmRequest): Promise<unknown> {
  for (;;) {
    await pace.turn();
    const response = await send(request);
    if (response.status !== 429) return read(request, response);
    await pace.hold(retryAfterMs(response.headers.get('retry-after')));
  }
}

async function send({ method, url, headers, body }: CrmRequest): Promise<Response> {
  try {
    return await fetch(url, {
      method,
      headers: body ? { ...headers, 'content-type': 'application/json' } : headers,
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (error) {
    throw new Error(`${label(method, url)} did not answer: ${reasonOf(error)}`);
  }
}

async function read({ method, url }: CrmRequest, response: Response): Promise<unknown> {
  const { status } = response;
  const text = await response.text();
  if (status === 404) return undefined;
  if (status === 401 || status === 403) {
    throw new Error(`${label(method, url)} answered ${status}: check the credentials of this site's CRM.`);
  }
  if (status >= 400 && status < 500 && status !== 408) {
    throw new Rejected(`${label(method, url)} answered ${status}: ${withoutAddresses(text)}`);
  }
  if (!response.ok) throw new Error(`${label(method, url)} answered ${status}`);
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    throw new Error(`${label(method, url)} answered ${status} with something that is not JSON`);
  }
}

/** Method and path; the query may hold personal data and stays out. */
const label = (method: string, url: URL): string => `${method} ${url.host}${url.pathname}`;

const MAX_QUOTED = 200;

/** A vendor's complaint, short, with anything like an e-mail address taken out. */
function withoutAddresses(text: string): string {
  return text.replaceAll(/[^\s"'<>]+(@|%40)[^\s"'<>]+/gi, '(address)').slice(0, MAX_QUOTED);
}

/** `Retry-After` in ms: seconds, or a date. */
function retryAfterMs(header: string | null): number {
  if (header === null) return DEFAULT_RETRY_AFTER_MS;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? DEFAULT_RETRY_AFTER_MS : Math.max(ms, 0);
}
