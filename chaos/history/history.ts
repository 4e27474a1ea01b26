import type { Event, Happening } from './event.ts';

/** Writes down what happens in a storm, by the world's time: where that leaps, so does the time of what comes then. */
export class History {
  readonly events: Event[] = [];
  readonly #leaps: { afterMs: number; ms: number }[] = [];
  #began = performance.now();

  /** Counts from now on. */
  begin(): void {
    this.#began = performance.now();
  }

  /** Milliseconds since the storm began, by this machine's clock. */
  get elapsed(): number {
    return performance.now() - this.#began;
  }

  /** Milliseconds since the storm began, by the world's clock. */
  get now(): number {
    return this.#inWorld(this.elapsed);
  }

  /** So much time passes at once. */
  leap(ms: number): void {
    this.#leaps.push({ afterMs: this.elapsed, ms });
  }

  /** @param at when it happened; now unless told */
  add(happening: Happening, at = this.now): void {
    this.events.push({ at, ...happening } as Event);
  }

  /** When something happened, by milliseconds since 1970 of this machine. */
  atOf(epochMs: number): number {
    return this.#inWorld(epochMs - performance.timeOrigin - this.#began);
  }

  /** All of it, in the order it happened. */
  inOrder(): Event[] {
    return this.events.toSorted((one, other) => one.at - other.at);
  }

  #inWorld(elapsed: number): number {
    const passed = this.#leaps.filter(({ afterMs }) => afterMs <= elapsed);
    return elapsed + passed.reduce((sum, { ms }) => sum + ms, 0);
  }
}
