import { randomBytes } from 'node:crypto';
import { storeLoginToken, takeLoginToken } from '../store/login-tokens.ts';
import { hashed } from './hashed.ts';

const TOKEN_BYTES = 32;
const TOKEN_SECONDS = 600; // the browser that was given it comes back at once; ten minutes forgive a slow one

const hashOf = (token: string): string => hashed('login token', token);
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** Makes a token that logs a contact in once. @returns it, and when it expires (ISO time) */
export async function newLoginToken(
  site: string,
  contactId: string,
): Promise<{ token: string; expiresAt: string }> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const expiresAt = nowSeconds() + TOKEN_SECONDS;
  await storeLoginToken(hashOf(token), { site, contactId, expiresAt });
  return { token, expiresAt: new Date(expiresAt * 1000).toISOString() };
}

/** Redeems a token. @returns the contact, or undefined where it is unknown, used, expired or another site's */
export function redeemLoginToken(site: string, token: string): Promise<string | undefined> {
  return takeLoginToken(hashOf(token), site, nowSeconds());
}
