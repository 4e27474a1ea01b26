import SDK from 'stripe';
import { OutOfTime } from '../../platform/errors.ts';
import type { Opening } from '../definition.ts';
import type { StripeCredentials } from './credentials.ts';

const LONGEST_REQUEST_MS = 20_000; // a card is charged within the request, which banks take their time for
const MARGIN_MS = 2_000; // to write down how it ended

/** Stripe's own client. It repeats nothing: our jobs do, with back-off. */
export function openSdk({ credentials, remainingMs }: Opening<StripeCredentials>): SDK {
  const { protocol, hostname, port } = new URL(credentials.url);
  const isPlain = protocol === 'http:';
  return new SDK(credentials.key, {
    protocol: isPlain ? 'http' : 'https',
    host: hostname,
    port: port || (isPlain ? 80 : 443),
    httpClient: SDK.createFetchHttpClient(fetchWithin(remainingMs)),
    timeout: LONGEST_REQUEST_MS,
    maxNetworkRetries: 0,
    telemetry: false,
    appInfo: { name: 'Latchkey' },
  });
}

/** A `fetch` that goes on no longer than there is time for; the SDK's time-out is the same for every request. */
const fetchWithin =
  (remainingMs: () => number): typeof fetch =>
  async (input, init) => {
    const leftMs = Math.floor(remainingMs() - MARGIN_MS);
    if (leftMs <= 0) throw new OutOfTime('too little time is left to ask Stripe');
    const signals = [AbortSignal.timeout(leftMs), ...(init?.signal ? [init.signal] : [])];
    return fetch(input, { ...init, redirect: 'error', signal: AbortSignal.any(signals) });
  };
