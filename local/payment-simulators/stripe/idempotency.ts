import type { ApiAnswer } from '../../crm-simulators/router.ts';
import type { StripeAccount } from './account.ts';
import { InvalidParams, Problem } from './problem.ts';

export type KeyedAnswer = ApiAnswer & { isReplayed?: boolean };

/**
 * Stripe's idempotency: once a request has begun, how it ended is saved under its key and repeated, a 500 too. What
 * is refused before it begins is not saved.
 * @see https://docs.stripe.com/api/idempotent_requests
 */
export class Idempotency {
  readonly #account: StripeAccount;
  readonly #underWay = new Set<string>();

  constructor(account: StripeAccount) {
    this.#account = account;
  }

  /**
   * Holds a key while its request is under way.
   * @throws Problem 409 where it is held already
   */
  async holding<T>(key: string | undefined, work: () => Promise<T>): Promise<T> {
    if (key === undefined) return work();
    if (this.#underWay.has(key))
      throw new Problem(409, 'There is currently another in-progress request using this idempotency key.', {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
      });
    this.#underWay.add(key);
    try {
      return await work();
    } finally {
      this.#underWay.delete(key);
    }
  }

  /**
   * Carries a request out, or repeats how it ended.
   * @param fingerprint tells one request from another under the same key
   */
  answer(key: string | undefined, fingerprint: string, carryOut: () => ApiAnswer): KeyedAnswer {
    const saved = key === undefined ? undefined : this.#account.replies.get(key);
    if (saved) {
      if (saved.fingerprint === fingerprint) return { ...saved, isReplayed: true };
      throw new Problem(
        400,
        'Keys for idempotent requests can only be used with the same parameters they were first used with.',
        { type: 'idempotency_error' },
      );
    }
    const answer = outcomeOf(carryOut);
    if (key !== undefined) this.save(key, fingerprint, answer);
    return answer;
  }

  /** Saves how a request ended. */
  save(key: string, fingerprint: string, { status, body }: ApiAnswer): void {
    this.#account.replies.set(key, { fingerprint, status, body });
    this.#account.changed();
  }
}

/** An error that comes once the request has begun is its outcome. */
function outcomeOf(carryOut: () => ApiAnswer): ApiAnswer {
  try {
    return carryOut();
  } catch (error) {
    if (error instanceof Problem && !(error instanceof InvalidParams)) return error;
    throw error;
  }
}
