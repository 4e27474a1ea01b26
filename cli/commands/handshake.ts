import type { AddCommand } from '../command.ts';
import { newSecret, sha256Of } from '../secrets.ts';

export const addTo: AddCommand = (program, { out }) => {
  program
    .command('handshake')
    .summary('make a new handshake for a site')
    .description(
      "Makes a new handshake, the secret in a site's webhook URLs, and its hash for latchkey.config.ts.\n" +
        'Nothing is stored and nothing is sent: what it prints is the only copy.',
    )
    .option('--json', 'print {"handshake", "sha256"} for a script')
    .action(({ json }: { json?: true }) => {
      const handshake = newSecret();
      const sha256 = sha256Of(handshake);
      out(json ? `${JSON.stringify({ handshake, sha256 })}\n` : instructions(handshake, sha256));
    });
};

function instructions(handshake: string, sha256: string): string {
  return `New handshake. It is shown this once: keep it as you keep a password.

  ${handshake}

1. Put its hash into the site's "handshakes" in latchkey.config.ts, then deploy:

  '${sha256}',

2. Put the handshake into the webhook URL in your CRM; BaseUrl is what the deployment printed:

  <BaseUrl>/?aal_updateuser=${handshake}

To replace a handshake that is in use, add the new hash beside the old one and deploy. Both are valid then:
change the URLs in the CRM, and take the old hash out with the next deployment.
`;
}
