import type SDK from 'stripe';
import { isSavedFailure } from './errors.ts';

const MOST_KEYS = 3;

/**
 * Asks for a change under an idempotency key. Once a request has begun, Stripe saves how it ended and repeats that
 * under the same key for a day or longer, a 500 too. Such a key is used up, and the change is asked for under the
 * next one: so this is only for changes that Stripe does not carry out twice under whatever key, or that the caller
 * looked for just before.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export async function once<T>(key: string, change: (options: SDK.RequestOptions) => Promise<T>): Promise<T> {
  for (let count = 1; ; count++) {
    try {
      return await change({ idempotencyKey: count === 1 ? key : `${key}:again-${count}` });
    } catch (error) {
      if (count === MOST_KEYS || !isSavedFailure(error)) throw error;
    }
  }
}
