/** Carries work out a little later, in the order in which it came: so Ontraport treats changes of tags. */
export class Later {
  readonly #delayMs: number;
  readonly #waiting: (() => void)[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();

  /** @param delayMs (of the wall) until work is carried out. */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  add(work: () => void): void {
    this.#waiting.push(work);
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#waiting.shift()?.();
    }, this.#delayMs);
    this.#timers.add(timer);
  }

  /** Carries out at once what waits. */
  finish(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const work of this.#waiting.splice(0)) work();
  }
}
