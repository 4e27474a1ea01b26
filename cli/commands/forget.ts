import type { AddCommand } from '../command.ts';
import type { ForgetOptions } from '../forget/forget.ts';
import { openPlace, type PlaceOptions, withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const command = program
    .command('forget')
    .summary('erase a person')
    .description(
      'Erases what Latchkey has of a person: the member with its account, webhooks, events, places in teams and the\n' +
        'like. Without --yes it only tells what there is. It is refused while the contact leads a team or has jobs\n' +
        'that wait; what waits to be handed to the plugin of a site that relays is erased with the rest. The contact in\n' +
        "the CRM, the payment provider's customer and the user in the plugin are not Latchkey's to erase.",
    )
    .argument('<contact>', "the contact's id, or its e-mail address")
    .requiredOption('--site <id>', 'the site, as in latchkey.config.ts')
    .option('--yes', 'erase it; there is no way back')
    .option('--json', 'print what was found or erased for a script');
  withPlaceOptions(command).action(async (contact: string, options: ForgetOptions & PlaceOptions) => {
    await openPlace(options);
    const { forget } = await import('../forget/forget.ts');
    await forget(contact, options, terminal);
  });
};
