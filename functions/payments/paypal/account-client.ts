import { Client, type OAuthToken } from '@paypal/paypal-server-sdk';
import { OutOfTime } from '../../platform/errors.ts';
import type { Opening } from '../definition.ts';
import type { PayPalCredentials } from './credentials.ts';

const LONGEST_WAIT_MS = 20_000;
const MARGIN_MS = 1_000; // for the job to say how it ended

/**
 * The SDK's client for one request to a site's account: the time that is left is part of it. The SDK logs nothing
 * unless it is told to.
 * @throws OutOfTime where too little is left to ask anything
 */
export class AccountClient extends Client {
  readonly #base: string;

  constructor({ credentials, remainingMs }: Opening<PayPalCredentials>, token?: OAuthToken) {
    const timeout = Math.min(LONGEST_WAIT_MS, remainingMs() - MARGIN_MS);
    if (timeout <= 0) throw new OutOfTime('no time is left to ask PayPal');
    super({
      clientCredentialsAuthCredentials: {
        oAuthClientId: credentials.clientId,
        oAuthClientSecret: credentials.clientSecret,
        ...(token && { oAuthToken: token }),
      },
      // Jobs are tried again as a whole.
      httpClientOptions: { timeout, retryConfig: { maxNumberOfRetries: 0 } },
      // Of axios, which the SDK sends by. The bundles leave its Node adapter out: lib/bundle/axios-by-fetch.ts
      unstable_httpClientOptions: { adapter: 'fetch', maxRedirects: 0 },
    });
    this.#base = credentials.url.replace(/\/+$/, '');
  }

  /** The SDK knows two addresses, and neither is a simulated account. */
  override getRequestBuilderFactory(): ReturnType<Client['getRequestBuilderFactory']> {
    const make = super.getRequestBuilderFactory();
    return (method, path) => {
      const request = make(method, path);
      request.interceptRequest((sent) => {
        const { pathname, search } = new URL(sent.url);
        return { ...sent, url: this.#base + pathname + search };
      });
      return request;
    };
  }
}
