/** A Keap REST hook's body for the contacts `first`, `first + 1` and so on. */
export function restHook(first: number, count: number, more: Record<string, string> = {}): string {
  const keys = Array.from({ length: count }, (_, index) => ({ id: first + index, apiUrl: '' }));
  return JSON.stringify({ event_key: 'contact.edit', object_type: 'contact', object_keys: keys, ...more });
}
