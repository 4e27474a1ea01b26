type ProgressOptions = {
  /** What is counted: `rows`. */
  what: string;
  /** How many there are; left out where nobody knows. */
  total?: number;
  write: (text: string) => void;
  /** Whether one line can be written over and over: a terminal, and no log. */
  isLive: boolean;
};

const LOGGED_EVERY_MS = 30_000;
const SHOWN_EVERY_MS = 200;
const BAR_WIDTH = 24;

/** Tells how far a long piece of work is, how fast it goes and how long it will take. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #startedAt = performance.now();
  #told = 0;
  #done = 0;

  constructor(options: ProgressOptions) {
    this.#options = options;
  }

  /** Some more are done. */
  advance(count: number): void {
    this.#done += count;
    const now = performance.now();
    if (now - this.#told < (this.#options.isLive ? SHOWN_EVERY_MS : LOGGED_EVERY_MS)) return;
    this.#told = now;
    this.#tell();
  }

  /** The last word; whatever is written then stands on a line of its own. */
  end(): void {
    this.#tell();
    if (this.#options.isLive) this.#options.write('\n');
  }

  #tell(): void {
    const { write, isLive } = this.#options;
    write(isLive ? `\r${this.#line()}\u001B[K` : `${this.#line()}\n`);
  }

  #line(): string {
    const { what, total } = this.#options;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    const rate = this.#done / Math.max(seconds, 0.001);
    const speed = `${rate.toFixed(1)} a second`;
    if (total === undefined) return `${this.#done} ${what}, ${speed}`;
    const left =
      this.#done > 0 && this.#done < total ? `, ${duration((total - this.#done) / rate)} left` : '';
    const filled = total === 0 ? BAR_WIDTH : Math.floor((this.#done / total) * BAR_WIDTH);
    const bar = '#'.repeat(filled).padEnd(BAR_WIDTH, '.');
    return `[${bar}] ${this.#done} of ${total} ${what}, ${speed}${left}`;
  }
}

/** Seconds as people say them: `1 h 5 min`, `2 min 10 s`. */
function duration(seconds: number): string {
  const whole = Math.round(seconds);
  const [h, min, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}
