/** What a request learns from the window, enough to fill the rate-limit headers of any CRM. */
export type Admission = {
  admitted: boolean;
  /** Requests still free in this window, after this one. */
  remaining: number;
  /** Whole seconds until a slot is free, at least 1; 0 when admitted. */
  retryAfterSeconds: number;
};

/**
 * Counts requests in a sliding window, the strictest reading of "n requests a second": no stretch of
 * that length, wherever it starts, holds more than `limit`. A refused request takes no slot.
 */
export class RateLimitWindow {
  /** Requests per window. May be changed while running. */
  limit: number;
  readonly #windowMs: number;
  readonly #now: () => number;
  #admittedAt: number[] = [];

  /** @param now milliseconds; a faster or a hand-driven clock makes the limit testable without waiting. */
  constructor(limit: number, windowMs: number, now: () => number) {
    this.limit = limit;
    this.#windowMs = windowMs;
    this.#now = now;
  }

  /** What a request would be answered now; takes no slot. `remaining` is counted as after it. */
  look(): Admission {
    const now = this.#now();
    this.#admittedAt = this.#admittedAt.filter((at) => now - at < this.#windowMs);
    const oldest = this.#admittedAt[0];
    if (this.#admittedAt.length >= this.limit) {
      const waitMs = (oldest ?? now) + this.#windowMs - now;
      return { admitted: false, remaining: 0, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) };
    }
    return {
      admitted: true,
      remaining: Math.floor(this.limit - this.#admittedAt.length - 1),
      retryAfterSeconds: 0,
    };
  }

  /** Takes a slot if there is one. */
  admit(): Admission {
    const admission = this.look();
    if (admission.admitted) this.#admittedAt.push(this.#now());
    return admission;
  }
}
