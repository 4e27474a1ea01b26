import type { Admission, RateLimitWindow } from './rate-limit-window.ts';

/** An account's limit: one window, or several that must all have room, such as "10 a second and 240 a minute". */
export class RateLimit {
  readonly windows: readonly [RateLimitWindow, ...RateLimitWindow[]];

  constructor(...windows: [RateLimitWindow, ...RateLimitWindow[]]) {
    this.windows = windows;
  }

  /** Takes a slot of every window, or none. The answer is that of the window with the least room. */
  admit(): Admission {
    const states = this.windows.map((window) => window.look());
    if (states.every(({ admitted }) => admitted)) for (const window of this.windows) window.admit();
    return states.reduce((least, state) => (tighter(state, least) ? state : least));
  }
}

const tighter = (a: Admission, b: Admission): boolean =>
  a.retryAfterSeconds > b.retryAfterSeconds ||
  (a.retryAfterSeconds === b.retryAfterSeconds && a.remaining < b.remaining);
