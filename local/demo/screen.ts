/** What a screen is written to: process.stdout, or anything like it. */
export type Output = { isTTY?: boolean; write(text: string): unknown };

/** Lines that a log file gets of one progress; a terminal shows each step in place. */
const PLAIN_STEPS = 5;

const TO_START_AND_CLEAR = '\r\u001B[K';

/** Shows how things go on: on one line that changes in a terminal, as a few plain lines anywhere else. */
export class Screen {
  readonly #output: Output;
  #running = '';
  #step = 0;
  #closed = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** Writes a line, or several, that stay. */
  say(text: string): void {
    this.endProgress();
    this.#write(`${text}\n`);
  }

  /** Shows nothing any more. */
  close(): void {
    this.#closed = true;
  }

  /** Shows a count, and a note behind it. Progress under another label begins a line of its own. */
  progress(label: string, done: number, total: number, note = ''): void {
    if (label !== this.#running) this.#begin(label);
    const text = `  ${label}: ${done} of ${total}${note && `, ${note}`}`;
    if (this.#output.isTTY) {
      this.#write(`${TO_START_AND_CLEAR}${text}`);
      return;
    }
    const step = Math.floor((done / Math.max(total, 1)) * PLAIN_STEPS);
    if (step <= this.#step) return;
    this.#step = step;
    this.#write(`${text}\n`);
  }

  /** Leaves the line of a progress as it is. */
  endProgress(): void {
    if (this.#running !== '' && this.#output.isTTY) this.#write('\n');
    this.#running = '';
  }

  #begin(label: string): void {
    this.endProgress();
    this.#running = label;
    this.#step = 0;
  }

  #write(text: string): void {
    if (!this.#closed) this.#output.write(text);
  }
}
