import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { holdsSecret } from '../../crm-simulators/api-listener.ts';
import { readBody, sendJson } from '../../crm-simulators/http-server.ts';
import { misbehave } from '../../crm-simulators/misbehave.ts';
import type { RequestCounter } from '../../crm-simulators/request-counter.ts';
import { type ApiAnswer, type Routes, router } from '../../crm-simulators/router.ts';
import type { StripeAccount } from './account.ts';
import type { StripeFaults } from './faults.ts';
import { readForm } from './form.ts';
import { Idempotency, type KeyedAnswer } from './idempotency.ts';
import { newId } from './ids.ts';
import { Problem } from './problem.ts';

const MAX_BODY_BYTES = 1_000_000;

export type ListenerOptions = {
  account: StripeAccount;
  routes: Routes;
  faults: StripeFaults;
  requests: RequestCounter;
};

/** Answers the API's requests, in this order: count, key, fault, idempotency, route. */
export function stripeListener(
  options: ListenerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { account, faults, requests } = options;
  const find = router(options.routes);
  const idempotency = new Idempotency(account);

  return async (request, response) => {
    const { method = 'GET', headers } = request;
    const { pathname, search } = new URL(request.url ?? '/', 'http://simulator');
    const sent = method === 'POST' ? await readBody(request, MAX_BODY_BYTES) : search.slice(1);
    const match = find(method, pathname);
    requests.count(match.name);
    response.setHeader('request-id', newId('req'));

    const send = (answer: KeyedAnswer): void => {
      if (answer.status === 429) requests.refused += 1;
      if (answer.isReplayed) response.setHeader('idempotent-replayed', 'true');
      const quotes = faults.quotes && answer.status >= 400;
      const body = quotes ? quoting(answer.body, `${headers.authorization} sent ${sent}`) : answer.body;
      sendJson(response, answer.status, body);
    };

    const tell = (status: number) => send(told(status));

    const handle = async (): Promise<void> => {
      if (!isAuthorized(headers, account.key)) {
        requests.unauthorized += 1;
        throw new Problem(401, `Invalid API Key provided: ${masked(headers.authorization)}`);
      }
      const fault = faults.take(match.name);
      const key = method === 'POST' ? textOf(headers['idempotency-key']) : undefined;
      await idempotency.holding(key, async () => {
        if (faults.latencyMs > 0) await delay(faults.latencyMs);
        if (fault && fault.when !== 'after')
          return misbehave(fault, response, { status: 200, body: {} }, tell);
        const fingerprint = JSON.stringify([method, pathname, sent]);
        const answer = idempotency.answer(key, fingerprint, () => {
          const { route, params } = match;
          if (!route) throw new Problem(404, `Unrecognized request URL (${method}: ${pathname})`);
          const query = new URLSearchParams(search);
          return route({ params, query, headers, body: readForm(sent) }) as ApiAnswer;
        });
        if (!fault) return send(answer);
        // Where Stripe carried something out and then failed, the failure is what it saves.
        if (key && fault.does === 'answer') idempotency.save(key, fingerprint, told(fault.status));
        misbehave(fault, response, answer, tell);
      });
    };

    try {
      await handle();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      send(error);
    }
  };
}

/** An error whose message quotes what was sent. */
function quoting(body: unknown, sent: string): unknown {
  const { error } = body as Problem['body'];
  return { error: { ...error, message: `${error.message} (${decodeURIComponent(sent)})` } };
}

/** What the statuses are about that Stripe answers without looking at the request. */
const CODES: Readonly<Record<number, string>> = { 409: 'lock_timeout', 429: 'rate_limit' };

function told(status = 500): Problem {
  const code = CODES[status];
  const type = status >= 500 ? 'api_error' : 'invalid_request_error';
  return new Problem(status, 'The simulator was told to answer so', { type, ...(code && { code }) });
}

/** The key comes as a bearer token, or as the user name of basic authentication. */
function isAuthorized({ authorization }: IncomingHttpHeaders, key: string): boolean {
  const basic = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
  return holdsSecret(authorization, `Bearer ${key}`) || holdsSecret(authorization, basic);
}

const masked = (authorization = ''): string => `****${authorization.slice(-4)}`;

const textOf = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : undefined;
