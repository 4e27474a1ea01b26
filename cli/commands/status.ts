import type { AddCommand } from '../command.ts';
import { withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  withPlaceOptions(program.command('status'))
    .summary('tell whether everything is wired, and what to do where it is not')
    .description(
      'Looks whether everything is wired: the API, the config, functions, queues and their dead letters, the ' +
        "sites' secrets, and the accounts of their CRMs and payment providers, each tried by one request that only " +
        'reads. Nothing is changed. Ends with 1 if there is any trouble.',
    )
    .option('--json', 'print {"stage", "checks", "links"} for a script')
    .addHelpText('after', '\nExample:\n  npx latchkey status --stage production --region eu-central-1')
    .action(async (options) => {
      const { showStatus } = await import('../status/show-status.ts');
      await showStatus(options, terminal);
    });
};
