/** Tries until a job counts as failed: with the back-off below, over two hours of a CRM's outage. */
export const MAX_ATTEMPTS = 16;

/** Longer than the worker's time-out by what clocks may differ, so that an attempt whose hold has ended is over. */
export const HOLD_SECONDS = 75;

const FIRST_BACK_OFF_SECONDS = 10;
const LONGEST_BACK_OFF_SECONDS = 900;

/**
 * Seconds until the try after `attempt` (from 1): doubling, capped, with jitter so that a crowd spreads out.
 * @param longest the cap, in seconds
 */
export function backOffSeconds(attempt: number, longest = LONGEST_BACK_OFF_SECONDS): number {
  const full = Math.min(FIRST_BACK_OFF_SECONDS * 2 ** (attempt - 1), longest);
  return Math.ceil(full * (0.75 + Math.random() / 2));
}

const PICK_UP_MS = 120_000; // what a message may take to be picked up, beyond its delay

/** ISO time until which the sweep leaves alone a job that comes back after `delaySeconds`. */
export function leftAloneUntil(delaySeconds: number): string {
  return new Date(Date.now() + delaySeconds * 1000 + PICK_UP_MS).toISOString();
}

/** A job that is not finished: its message has to come back. */
export class ComeBack extends Error {
  override name = 'ComeBack';
  readonly delaySeconds: number;

  constructor(reason: string, delaySeconds: number) {
    super(reason);
    this.delaySeconds = delaySeconds;
  }
}
