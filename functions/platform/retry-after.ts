/**
 * Reads a `Retry-After` header: seconds, or a date (RFC 9110, 10.2.3).
 * @returns milliseconds from now, which may be negative; undefined where there is none that can be read
 */
export function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000;
  return Number.isNaN(ms) ? undefined : ms;
}

/** How long to wait after a 429 that names no time. */
export const DEFAULT_RETRY_AFTER_MS = 5_000;
const LONGEST_RETRY_AFTER_MS = 3_600_000; // a mistaken header must not stop an account for days

/**
 * What a 429 asks to wait, in ms, within reason.
 * @param otherwise what it says in other words, in ms, where it has no `Retry-After`
 */
export function waitAfter429(
  header: string | null | undefined,
  otherwise?: () => number | undefined,
): number {
  const ms = readRetryAfter(header ?? null) ?? otherwise?.() ?? DEFAULT_RETRY_AFTER_MS;
  return Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS);
}
