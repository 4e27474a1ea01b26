import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

/** A form, or a value that is sent as JSON. */
export type WebhookBody = URLSearchParams | object;

/** How one webhook ended, seen from the CRM. */
export type Delivery = { durationMs: number } & ({ status: number } | { failure: string });

export type PostOptions = {
  /** For the whole exchange up to the answer's headers. */
  timeoutMs: number;
  /** Ends it early; the failure is `stopped` then. */
  stop: AbortSignal;
};

/**
 * Posts a webhook once, as CRMs do: no retry, no redirect followed, a connection of its own.
 * Never rejects: whatever goes wrong is the delivery's `failure`.
 */
export function postWebhook(
  url: string,
  content: WebhookBody,
  { timeoutMs, stop }: PostOptions,
): Promise<Delivery> {
  const isForm = content instanceof URLSearchParams;
  const body = isForm ? content.toString() : JSON.stringify(content);
  const startedAt = performance.now();
  const durationMs = (): number => performance.now() - startedAt;

  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException): void => {
      const aborted = stop.aborted ? 'stopped' : 'time-out';
      const failure = error.name === 'AbortError' ? aborted : (error.code ?? error.name);
      resolve({ failure, durationMs: durationMs() });
    };
    try {
      const send = new URL(url).protocol === 'https:' ? requestHttps : requestHttp;
      const request = send(url, {
        method: 'POST',
        agent: false,
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), stop]),
        headers: {
          'content-type': isForm ? 'application/x-www-form-urlencoded' : 'application/json',
          'content-length': Buffer.byteLength(body),
        },
      });
      request.once('response', (response) => {
        resolve({ status: response.statusCode ?? 0, durationMs: durationMs() });
        response.on('error', () => {}); // the status is in: what happens to the rest is of no interest to a CRM
        response.resume();
      });
      request.on('error', fail);
      request.end(body);
    } catch (error) {
      fail(error as NodeJS.ErrnoException); // an unusable URL
    }
  });
}
