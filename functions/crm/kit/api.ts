import { CrmApi } from '../api.ts';
import type { Turns } from '../turns.ts';

export type KitCredentials = { url: string; token: string };

/**
 * Kit's 429 says nothing of time; its documents say that 60 s are enough. The third refusal in a row sends a job
 * away, and by then so long has passed.
 */
const WAIT_AFTER_REFUSAL_MS = 20_000;

/** Kit's API, version 4, with a key. */
export const kitApi = ({ url, token }: KitCredentials, pace: Turns): CrmApi =>
  new CrmApi({
    name: 'Kit',
    base: url.replace(/\/+$/, ''),
    headers: { 'x-kit-api-key': token },
    pace,
    retryAfterMs: () => WAIT_AFTER_REFUSAL_MS,
  });
