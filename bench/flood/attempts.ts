import { randomBytes } from 'node:crypto';
import type { Outgoing } from '../support/post.ts';

/** A webhook with a wrong handshake, and what it has to be answered with. */
export type Attempt = Outgoing & { kind: Kind; status: number };

export const KINDS = ['random', 'near miss', 'in the path', 'empty', 'missing', '200 kB', '300 kB'] as const;
export type Kind = (typeof KINDS)[number];

const KB = 1024;
const CONTENT_TYPE = 'application/x-www-form-urlencoded';
const CONTACT = 'contact%5Bid%5D=1&contact%5Bemail%5D=ada%40example.com';

/** Bodies are made once: the flood is to cost its victim, not itself. */
const LARGE = `${CONTACT}&note=${'x'.repeat(200 * KB)}`;
const TOO_LARGE = `${CONTACT}&note=${'x'.repeat(300 * KB)}`;

const randomHandshake = (): string => randomBytes(24).toString('base64url');

/** Of the large ones fewer: the others are what a flood is made of. */
const LARGE_ONE_IN = 25;

/** What somebody would try who knows the address and not the handshake, over and over. @param handshake the true one */
export function* attemptsOn(handshake: string): Generator<Attempt, never> {
  const small = KINDS.filter((kind) => !kind.endsWith('kB'));
  for (let n = 0; ; n++) {
    if (n % LARGE_ONE_IN === 0) yield makeAttempt(n % 2 === 0 ? '200 kB' : '300 kB', handshake, n);
    else yield makeAttempt(small[n % small.length] ?? 'random', handshake, n);
  }
}

/** One kind alone, over and over. */
export function* attemptsOf(kind: Kind, handshake: string): Generator<Attempt, never> {
  for (let n = 0; ; n++) yield makeAttempt(kind, handshake, n);
}

function makeAttempt(kind: Kind, handshake: string, n: number): Attempt {
  const attempt = (path: string, body = CONTACT, status = 401): Attempt => ({
    ...{ kind, path, contentType: CONTENT_TYPE, body, status },
  });
  switch (kind) {
    case 'random':
      return attempt(`/?aal_updateuser=${randomHandshake()}`);
    case 'near miss':
      return attempt(`/?aal_updateuser=${nearMisses(handshake)[n % 4]}`);
    case 'in the path':
      return attempt(`/aal_genpass/${randomHandshake()}`);
    case 'empty':
      return attempt('/?aal_updateuser=');
    case 'missing':
      return attempt('/aal_updateuser');
    case '200 kB':
      return attempt(`/?aal_updateuser=${randomHandshake()}`, LARGE);
    case '300 kB':
      return attempt(`/?aal_updateuser=${randomHandshake()}`, TOO_LARGE, 413);
  }
}

/** One character less, one more, another one, and the other case. */
const nearMisses = (handshake: string): string[] => [
  handshake.slice(0, -1),
  `${handshake}0`,
  `${handshake.slice(0, -1)}_`,
  handshake.toUpperCase(),
];
