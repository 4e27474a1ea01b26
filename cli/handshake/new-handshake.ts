import type { Terminal } from '../command.ts';
import { newSecret, sha256Of } from '../secrets.ts';

/** Makes a handshake, and shows it this once. */
export function newHandshake(json: true | undefined, { out }: Terminal): void {
  const handshake = newSecret();
  const sha256 = sha256Of(handshake);
  out(json ? `${JSON.stringify({ handshake, sha256 })}\n` : instructions(handshake, sha256));
}

const instructions = (handshake: string, sha256: string): string =>
  `New handshake. It is shown this once: keep it as you keep a password.

  ${handshake}

1. Put its hash into the site's "handshakes" in latchkey.config.ts, then deploy:

  '${sha256}',

2. Put the handshake into the webhook URL in your CRM; BaseUrl is what the deployment printed:

  <BaseUrl>/?aal_updateuser=${handshake}

To replace a handshake that is in use: npx latchkey handshake rotate --site <id>
`;
