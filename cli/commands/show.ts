import type { AddCommand } from '../command.ts';
import { type PlaceOptions, withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const show = program
    .command('show')
    .argument('<webhook>', 'its id, as answers, log lines and `latchkey log` have it')
    .summary("tell a webhook's life")
    .description(
      'Tells all that is known of a webhook: what it asked for, each attempt with its requests to the CRM or the\n' +
        'plugin, what became of it and why, and whether it can be replayed.',
    );
  withPlaceOptions(show)
    .option('--json', 'print the record for a script')
    .addHelpText('after', '\nExample: npx latchkey show 01M80RJJXZ21T1WKTZTZSPDA98')
    .action(async (id: string, options: PlaceOptions & { json?: true }) => {
      const { showWebhook } = await import('../log/show-webhook.ts');
      await showWebhook(id, options, terminal);
    });
};
