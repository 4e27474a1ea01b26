import { createHash, randomBytes } from 'node:crypto';

/** Crockford's base 32 in small letters: no i, l, o or u, so nothing is misread on the way to where it is used. */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const LENGTH = 32; // 5 random bits each: 160 in all, where the design asks for 128

/** A new handshake or API key: letters and digits alone, so it stands in a URL as it is and a double click takes all of it. */
export function newSecret(): string {
  // 256 is a multiple of the alphabet's 32, so no character is likelier than another.
  return [...randomBytes(LENGTH)].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}

/** What the config holds of a secret: its SHA-256 in hex. */
export function sha256Of(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

const SIGNING_BYTES = 32; // Standard Webhooks asks for 24 to 64

/**
 * A new secret that events are signed with, as Standard Webhooks writes it.
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function newSigningSecret(): string {
  return `whsec_${randomBytes(SIGNING_BYTES).toString('base64')}`;
}
