/**
 * Leaves a site alone that only fails, and has single requests try whether it is back. Times are in ms since 1970.
 */
export type Breaker = {
  /** Failures in a row. */
  failures: number;
  lastFailure?: { at: number; reason: string };
  /** Until when the site is left alone; from then on probes go, one at a time, until one of them is good. */
  stoppedUntil?: number;
  /** The pass of the latest probe. */
  probe?: string;
  /** How often it was left alone, without going well in between for long. */
  stops: number;
  /** When a probe was good last: failures of requests from before that tell of the past. */
  resumedAt: number;
};

const MOST_FAILURES = 5; // in a row
const FIRST_STOP_MS = 10_000;
const LONGEST_STOP_MS = 300_000;
const STOP_VARIES = 0.1; // sites on one host do not come back to it at the same moment
const LONGEST_PROOF_MS = 60_000;
const LONGEST_REASON = 200; // characters: the gate is read and written with each request

/** A breaker that has seen nothing. */
export const closedBreaker = (): Breaker => ({ failures: 0, stops: 0, resumedAt: 0 });

/** After a good answer while requests pass. Once that went well for as long as the last stop, the next is a short one again. */
export function counted<T extends Breaker>(was: T, now: number): T {
  const proofMs = Math.min(stopMs(was.stops - 1), LONGEST_PROOF_MS);
  return { ...was, failures: 0, stops: now - was.resumedAt > proofMs ? 0 : was.stops };
}

/** How long the site is left alone, after so many stops before. */
const stopMs = (stops: number): number => Math.min(FIRST_STOP_MS * 2 ** stops, LONGEST_STOP_MS);

/** After a failure; the site is left alone where it is the last of too many, or a probe's. */
export function failed<T extends Breaker>(was: T, id: string, reason: string, now: number): T {
  const failures = was.failures + 1;
  const lastFailure = { at: now, reason: reason.slice(0, LONGEST_REASON) };
  const next = { ...was, failures, lastFailure };
  if (was.stoppedUntil === undefined && failures < MOST_FAILURES) return next;
  const ms = stopMs(was.stops) * (1 + STOP_VARIES * chanceOf(id));
  return { ...next, stoppedUntil: Math.ceil(now + ms), stops: was.stops + 1 };
}

/** After a good probe. */
export function resumed<T extends Breaker>(was: T, now: number): T {
  return { ...was, stoppedUntil: undefined, probe: undefined, failures: 0, resumedAt: now };
}

/** A number from 0 to 1 that follows from a random id. */
function chanceOf(id: string): number {
  let sum = 0;
  for (const character of id) sum = (sum * 31 + character.charCodeAt(0)) % 1000;
  return sum / 1000;
}
