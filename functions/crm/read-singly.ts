import { Rejected, Throttled } from '../platform/errors.ts';

const AT_ONCE = 4; // single reads side by side; the pace holds the limit

/**
 * Reads contacts one by one, in whatever shape. It stops where the limit or the time is used up, and where all that were read
 * side by side failed, since then the account is ill; those that were not read have that error.
 * @param into gets what was found, by the id that was asked for
 */
export async function readSingly<Found extends { id: string }>(
  ids: readonly string[],
  readContact: (id: string) => Promise<Found | undefined>,
  into: Map<string, Found | Error>,
): Promise<void> {
  for (let start = 0; start < ids.length; start += AT_ONCE) {
    const group = ids.slice(start, start + AT_ONCE);
    const results = await Promise.all(group.map((id) => readContact(id).catch(asError)));
    for (const [index, id] of group.entries()) {
      const result = results[index];
      if (result) into.set(result instanceof Error ? id : result.id, result);
    }
    const stop = reasonToStop(results);
    if (!stop) continue;
    for (const id of ids.slice(start + AT_ONCE)) into.set(id, stop);
    return;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function reasonToStop(results: unknown[]): Error | undefined {
  const errors = results.filter((result) => result instanceof Error);
  const isIll = errors.length === AT_ONCE && !errors.some((error) => error instanceof Rejected);
  return errors.find((error) => error instanceof Throttled) ?? (isIll ? errors[0] : undefined);
}
