import type { AddCommand } from '../command.ts';
import { newSigningSecret } from '../secrets.ts';

export const addTo: AddCommand = (program, { out }) => {
  program
    .command('events-secret')
    .summary('make a new secret that the events to a site are signed with')
    .description(
      'Makes a new secret of Standard Webhooks: Latchkey signs with it what it tells a site, and the site checks\n' +
        'the signature with it. Nothing is stored and nothing is sent: what it prints is the only copy.',
    )
    .option('--json', 'print {"secret"} for a script')
    .action(({ json }: { json?: true }) => {
      const secret = newSigningSecret();
      out(json ? `${JSON.stringify({ secret })}\n` : instructions(secret));
    });
};

function instructions(secret: string): string {
  return `New secret for events. It is shown this once: keep it as you keep a password.

  ${secret}

1. Give it to the membership site, whose library for Standard Webhooks checks the signatures with it.

2. Put where the site takes events, and the secret, into a file, events.json:

  {"url":"https://…","secrets":["${secret}"]}

3. Store it for the functions, and delete the file:

  aws ssm put-parameter --type SecureString --name /latchkey/<stage>/<site id>/events --value file://events.json

4. Set "events: true" for the site in latchkey.config.ts, then deploy.

To replace a secret that is in use, put the new one beside the old one in "secrets" and store that with
--overwrite. Both sign then, within five minutes: change the secret in the site, then take the old one out.
`;
}
