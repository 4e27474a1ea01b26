import { createHash } from 'node:crypto';

const DIGITS = 6;

/** What tells a site's handshakes apart without giving one away: the first hex digits of the hash. */
export const markOfHash = (sha256: string): string => sha256.slice(0, DIGITS);

/** The same, of the handshake itself. */
export const markOf = (handshake: string): string =>
  markOfHash(createHash('sha256').update(handshake).digest('hex'));
