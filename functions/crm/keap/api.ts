import { CrmApi } from '../api.ts';
import type { Turns } from '../turns.ts';

export type KeapCredentials = { url: string; token: string };

/** A third of the window: the third refusal in a row sends a job away, and by then the minute has passed. */
const WAIT_FOR_MINUTE_MS = 20_000;
const WAIT_FOR_DAY_MS = 3_600_000; // where the account does not say when its quota begins anew

/** Keap's REST API, both of its versions, with a service account key or a personal access token. */
export const keapApi = ({ url, token }: KeapCredentials, pace: Turns): CrmApi =>
  new CrmApi({
    name: 'Keap',
    base: `${url.replace(/\/+$/, '')}/crm/rest`,
    headers: { 'x-keap-api-key': token },
    pace,
    retryAfterMs: untilRoom,
  });

/**
 * Keap sends no `Retry-After` that is documented, but what is left of the day and of the minute. Of its limit of
 * a second it says nothing: then undefined.
 */
function untilRoom(headers: Headers): number | undefined {
  const isUsedUp = (limit: 'quota' | 'throttle'): boolean =>
    headers.get(`x-keap-product-${limit}-available`)?.trim() === '0';
  if (isUsedUp('quota')) {
    const expires = Number(headers.get('x-keap-product-quota-expiry-time') || Number.NaN); // unverified: in ms
    const ms = expires - Date.now();
    return ms > 0 ? ms : WAIT_FOR_DAY_MS;
  }
  return isUsedUp('throttle') ? WAIT_FOR_MINUTE_MS : undefined;
}
