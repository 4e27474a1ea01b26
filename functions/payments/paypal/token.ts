import { OAuthAuthorizationController, type OAuthToken } from '@paypal/paypal-server-sdk';
import { Unavailable } from '../../platform/errors.ts';
import type { Opening } from '../definition.ts';
import { AccountClient } from './account-client.ts';
import type { PayPalCredentials } from './credentials.ts';
import { classed, Refused } from './errors.ts';

const RENEWED_EARLY_MS = 60_000; // longer than any request, so that none meets the end of its token

type Held = { token: Promise<OAuthToken>; goodUntil: number };

/** They are good for hours, so a warm Lambda need not ask for one in every job. */
const tokens = new Map<string, Held>();

/** The token of these very credentials: known from before, or a new one, which all who ask meanwhile wait for. */
export function tokenFor(opening: Opening<PayPalCredentials>): Promise<OAuthToken> {
  const key = keyOf(opening.credentials);
  const known = tokens.get(key);
  if (known && Date.now() < known.goodUntil) return known.token;
  const fresh: Held = { token: fetchToken(opening), goodUntil: Number.POSITIVE_INFINITY };
  tokens.set(key, fresh);
  fresh.token.then(
    ({ expiresIn = 0n }) => {
      fresh.goodUntil = Date.now() + Number(expiresIn) * 1000 - RENEWED_EARLY_MS;
    },
    () => forgetToken(opening.credentials, fresh.token),
  );
  return fresh.token;
}

/** Has the next who asks get a new token, unless that has happened already. */
export function forgetToken(credentials: PayPalCredentials, token: Promise<OAuthToken>): void {
  const key = keyOf(credentials);
  if (tokens.get(key)?.token === token) tokens.delete(key);
}

/** The secret too: whoever has a wrong one must not get what the right one opened. */
const keyOf = ({ url, clientId, clientSecret }: PayPalCredentials): string =>
  JSON.stringify([url, clientId, clientSecret]);

async function fetchToken(opening: Opening<PayPalCredentials>): Promise<OAuthToken> {
  const { clientId, clientSecret } = opening.credentials;
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`;
  const client = new AccountClient(opening);
  try {
    return (await new OAuthAuthorizationController(client).requestToken({ authorization })).result;
  } catch (error) {
    const cause = classed(error, 'asking for a token');
    // No job is to blame for the credentials.
    throw cause instanceof Refused ? new Unavailable(cause.message) : cause;
  }
}
