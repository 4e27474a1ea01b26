import { expect } from '@jest/globals';
import { describeGate } from '../../../functions/relay/describe-gate.ts';
import { enter, type Gate, leave } from '../../../functions/relay/gate.ts';
import type { Limits } from '../../../functions/relay/limits.ts';

const START = 1_780_000_000_000; // ms
const LONGEST_WAIT_MS = 3_600_000; // a site may ask for an hour

type Pass = { id: string; startAt: number; until: number };

/** Workers that enter, leave and die as they like, and what must hold whatever they do. */
export class World {
  readonly #limits: Limits;
  #gate: Gate;
  #now = START;
  #ids = 0;
  #passes: Pass[] = [];
  #left: Pass[] = [];
  #lastStart = 0;
  #busyUntil = START;
  /** What the gate must keep, told from outside. */
  #aloneUntil = 0;
  #probing: Pass | undefined;
  #stopped = false;

  /** @param speed what was found out about the site before */
  constructor(limits: Limits, speed: number) {
    this.#limits = limits;
    const { gate } = enter(undefined, limits, 'before', START - 86_400_000) as { gate: Gate };
    this.#gate = { ...gate, speed };
  }

  pass(ms: number): void {
    this.#now += ms;
    this.#passes = this.#passes.filter(({ until }) => until > this.#now);
    if (this.#probing && this.#probing.until <= this.#now) this.#probing = undefined;
  }

  /** Comes back when the gate said so last. */
  comeBack(): void {
    this.pass(Math.max(0, this.#busyUntil - this.#now));
    this.enter();
  }

  /** Everything that is tried fails for a while. */
  storm(): void {
    for (let i = 0; i < 8; i++) {
      this.pass(2_500);
      this.enter();
      this.leave(this.#passes.length - 1, { good: false });
    }
  }

  enter(): void {
    const entry = enter(this.#gate, this.#limits, `pass-${++this.#ids}`, this.#now);
    if ('busyUntil' in entry) {
      expect(entry.busyUntil).toBeGreaterThan(this.#now);
      expect(entry.busyUntil).toBeLessThanOrEqual(this.#now + LONGEST_WAIT_MS);
      this.#busyUntil = entry.busyUntil;
      return;
    }
    const { startAt } = entry;
    expect(startAt).toBeGreaterThanOrEqual(this.#now);
    expect(startAt - this.#lastStart).toBeGreaterThanOrEqual(1000 / this.#limits.requestsPerSecond);
    expect(this.#now).toBeGreaterThanOrEqual(this.#aloneUntil);
    const until = startAt + this.#limits.timeoutSeconds * 1000 + 15_000;
    const pass = { id: `pass-${this.#ids}`, startAt, until };
    if (this.#stopped) {
      expect(this.#probing).toBeUndefined();
      this.#probing = pass;
    }
    this.#passes.push(pass);
    this.#lastStart = startAt;
    this.#gate = entry.gate;
    this.#check();
  }

  leave(which: number, { good, holdMs }: { good: boolean; holdMs?: number }): void {
    const pass = this.#passes[which % this.#passes.length];
    if (!pass) return;
    const now = Math.max(this.#now, pass.startAt);
    this.pass(now - this.#now);
    this.#passes = this.#passes.filter((other) => other !== pass);
    this.#left.push(pass);
    const outcome = { good, startedAt: pass.startAt, ms: now - pass.startAt, holdMs };
    const { gate, turned } = leave(this.#gate, this.#limits, pass.id, outcome, now);
    if (this.#stopped) expect(turned === 'resumed').toBe(good && pass === this.#probing);
    else expect([undefined, 'stopped']).toContain(turned);
    if (turned) this.#stopped = turned === 'stopped';
    if (turned === 'stopped') this.#aloneUntil = Math.max(this.#aloneUntil, now + 10_000);
    if (holdMs) this.#aloneUntil = Math.max(this.#aloneUntil, now + Math.min(holdMs, LONGEST_WAIT_MS));
    if (pass === this.#probing) {
      if (!good) this.#aloneUntil = Math.max(this.#aloneUntil, now + 10_000);
      if (good) expect(describeGate(gate, this.#limits, now).allowedAtOnce).toBeLessThanOrEqual(1);
      this.#probing = undefined;
    }
    this.#gate = gate;
    this.#check();
  }

  leaveAgain(which: number, outcome: { good: boolean; holdMs?: number }): void {
    const pass = this.#left[which % this.#left.length];
    if (!pass) return;
    const again = { ...outcome, startedAt: pass.startAt, ms: 1 };
    expect(leave(this.#gate, this.#limits, pass.id, again, this.#now)).toEqual({ gate: this.#gate });
  }

  #check(): void {
    const { speed } = this.#gate;
    expect(speed).toBeGreaterThan(0);
    expect(speed).toBeLessThanOrEqual(1);
    expect(this.#passes.length).toBeLessThanOrEqual(this.#limits.concurrency);
    expect(describeGate(this.#gate, this.#limits, this.#now).atOnce).toBe(this.#passes.length);
  }
}
