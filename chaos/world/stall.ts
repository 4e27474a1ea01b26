const LOOK_EVERY_MS = 50;
/** What a timer may be late by on a machine that has nothing else to do. */
const ORDINARY_MS = 25;

/**
 * Notices when this machine is too busy to go on: timers ring later than they should, or there is no process yet for what
 * was asked. Whatever was measured meanwhile took that much longer than it would have elsewhere.
 */
export class StallWatch {
  #stalledMs = 0;
  #looked = performance.now();
  readonly #waiting: () => number;
  readonly #timer = setInterval(() => this.#look(), LOOK_EVERY_MS);

  /** @param waiting how many requests wait for a process just now */
  constructor(waiting: () => number) {
    this.#waiting = waiting;
  }

  /** Milliseconds that were lost since the start, all together. */
  get stalledMs(): number {
    this.#look();
    return this.#stalledMs;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    const passed = now - this.#looked;
    this.#looked = now;
    if (this.#waiting() > 0) this.#stalledMs += passed;
    else if (passed > LOOK_EVERY_MS + ORDINARY_MS) this.#stalledMs += passed - LOOK_EVERY_MS;
  }
}
