import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32 in small letters: no i, l, o or u, so nothing is misread on the way into a CRM. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 32; // 5 random bits each: 160 in all, where the design asks for 128

/** A new handshake: letters and digits alone, so it stands in a URL as it is and a double click takes all of it. */
export function newHandshake(): string {
  // 256 is a multiple of the alphabet's 32, so no character is likelier than another.
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** What the config holds of a handshake: its SHA-256 in hex. */
export function hashOfHandshake(handshake: string): string {
  return createHash('sha256').update(handshake).digest('hex');
}
