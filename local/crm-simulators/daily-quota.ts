import type { LimitWindow } from './rate-limit.ts';
import type { Admission } from './rate-limit-window.ts';

const DAY_MS = 86_400_000;

/** Counts requests of a day that begins at midnight UTC. A refused request takes nothing. */
export class DailyQuota implements LimitWindow {
  limit: number;
  readonly #now: () => number;
  #day = 0;
  #used = 0;

  constructor(limit: number, now: () => number) {
    this.limit = limit;
    this.#now = now;
  }

  /** When the count begins anew, in milliseconds. */
  get endsAt(): number {
    return (Math.floor(this.#now() / DAY_MS) + 1) * DAY_MS;
  }

  get free(): number {
    const day = Math.floor(this.#now() / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#used = 0;
    }
    return Math.max(0, this.limit - this.#used);
  }

  look(): Admission {
    const { free } = this;
    if (free > 0) return { admitted: true, remaining: free - 1, retryAfterSeconds: 0 };
    return {
      admitted: false,
      remaining: 0,
      retryAfterSeconds: Math.ceil((this.endsAt - this.#now()) / 1000),
    };
  }

  admit(): Admission {
    const admission = this.look();
    if (admission.admitted) this.#used += 1;
    return admission;
  }
}
