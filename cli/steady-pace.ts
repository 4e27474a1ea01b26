import { setTimeout as wait } from 'node:timers/promises';
import type { Turns } from '../functions/crm/turns.ts';

/**
 * Spaces this process' own requests to a CRM account. It knows nothing of the Lambdas that use the same account at
 * this time, so the CRM may answer 429, which is obeyed.
 */
export class SteadyPace implements Turns {
  readonly signal = undefined;
  readonly #intervalMs: number;
  /** When the next request may start, in ms. */
  #free = 0;

  constructor(requestsPerSecond: number) {
    this.#intervalMs = 1000 / requestsPerSecond;
  }

  async turn(): Promise<void> {
    const now = Date.now();
    const at = Math.max(this.#free, now);
    this.#free = at + this.#intervalMs;
    if (at > now) await wait(at - now);
  }

  async hold(retryAfterMs: number): Promise<void> {
    this.#free = Math.max(this.#free, Date.now() + retryAfterMs);
  }
}
