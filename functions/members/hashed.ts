import { createHash } from 'node:crypto';

/** SHA-256 of some parts, in hex: a name for what must not stand in the table itself. */
export function hashed(...parts: string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
