import type { AddCommand } from '../command.ts';
import { withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  withPlaceOptions(
    program
      .command('member')
      .argument('<contact>', "the contact's id in the CRM, or an e-mail address")
      .requiredOption('--site <id>', 'the site, as in latchkey.config.ts'),
  )
    .summary('show what Latchkey knows of a member')
    .description(
      'Shows what Latchkey knows of a contact, without asking the CRM: names, tags, fields, the access that follows ' +
        'from the tags, subscriptions, teams, the needs-sync flag and the last webhooks. Never a password, nor what ' +
        'one could be made of, nor the code of a coupon.',
    )
    .option('--json', 'print it for a script')
    .addHelpText('after', '\nExample:\n  npx latchkey member 42 --site academy --stage production')
    .action(async (contact: string, options) => {
      const { showMember } = await import('../member/show-member.ts');
      await showMember(contact, options, terminal);
    });
};
