import type { AddCommand } from '../command.ts';
import { newSecret, sha256Of } from '../secrets.ts';

export const addTo: AddCommand = (program, { out }) => {
  program
    .command('api-key')
    .summary("make a new key for a site's API")
    .description(
      'Makes a new key, with which a membership site asks Latchkey about its members, and its hash for\n' +
        'latchkey.config.ts. Nothing is stored and nothing is sent: what it prints is the only copy.',
    )
    .option('--json', 'print {"apiKey", "sha256"} for a script')
    .action(({ json }: { json?: true }) => {
      const apiKey = newSecret();
      const sha256 = sha256Of(apiKey);
      out(json ? `${JSON.stringify({ apiKey, sha256 })}\n` : instructions(apiKey, sha256));
    });
};

function instructions(apiKey: string, sha256: string): string {
  return `New API key. It is shown this once: keep it as you keep a password.

  ${apiKey}

1. Put its hash into the site's "apiKeys" in latchkey.config.ts, then deploy:

  '${sha256}',

2. Give the key to the membership site, which sends it with each request to <BaseUrl>/v1/…:

  Authorization: Bearer ${apiKey}

To replace a key that is in use, add the new hash beside the old one and deploy. Both are valid then: change
the key in the site, and take the old hash out with the next deployment.
`;
}
