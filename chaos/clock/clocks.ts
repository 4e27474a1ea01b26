import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { shiftDate } from './shift-date.ts';

const PRELOAD = pathToFileURL(join(import.meta.dirname, '..', 'runtime', 'wrong-clock.ts')).href;

/**
 * The clocks of a world: one of its own for each function, and the world's, which CRMs and sites go by. A process has the
 * time that its function's clock had when it started.
 */
export class Clocks {
  readonly #folder = mkdtempSync(join(tmpdir(), 'latchkey-clocks-'));
  readonly #ahead = new Map<string, number>();
  #world = 0;

  /** Makes the present process' clock the world's. */
  constructor() {
    shiftDate(() => this.#world);
  }

  /** The environment variables by which a function has its clock. */
  variablesOf(functionName: string): Record<string, string> {
    if (!this.#ahead.has(functionName)) this.set(functionName, 0);
    return { NODE_OPTIONS: `--import=${PRELOAD}`, CLOCK_FILE: this.#fileOf(functionName) };
  }

  /** @param aheadMs of the world's clock, for processes that start from now on */
  set(functionName: string, aheadMs: number): void {
    this.#ahead.set(functionName, aheadMs);
    writeFileSync(this.#fileOf(functionName), String(this.#world + aheadMs));
  }

  /** Lets time pass everywhere but where processes run already: end those first. */
  advance(ms: number): void {
    this.#world += ms;
    for (const [functionName, aheadMs] of this.#ahead) this.set(functionName, aheadMs);
  }

  async remove(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  #fileOf(functionName: string): string {
    return join(this.#folder, functionName);
  }
}
