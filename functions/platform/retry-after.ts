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
