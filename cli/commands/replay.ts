import type { AddCommand } from '../command.ts';
import type { FilterOptions } from '../log/read-options.ts';
import { readCount } from '../parameters.ts';
import { type PlaceOptions, withPlaceOptions } from '../place.ts';
import { withFilterOptions } from './log.ts';

export const addTo: AddCommand = (program, terminal) => {
  const replay = program
    .command('replay')
    .argument('[webhook...]', 'their ids; or choose them by --failed or --rejected')
    .summary('try webhooks again that failed or were rejected')
    .description(
      'Tries webhooks again that failed or were rejected, each as a webhook of its own, which goes on with what the\n' +
        'first had decided: points that were added are not added twice. It says what it would do; --yes does it.\n' +
        'What was applied cannot be replayed, and nothing is replayed twice.',
    );
  withPlaceOptions(withFilterOptions(replay))
    .option('--failed', 'those that failed: their attempts are used up')
    .option('--rejected', 'those that a rule refused: mend the cause first')
    .option('--yes', 'do it')
    .option(
      '--wait <seconds>',
      'wait for what becomes of them; ends with 1 where one is not applied',
      readCount,
    )
    .option('--json', 'print what was done for a script')
    .addHelpText(
      'after',
      '\nExamples:\n  npx latchkey replay 01M80RJJXZ21T1WKTZTZSPDA98 --yes --wait 30\n' +
        '  npx latchkey replay --failed --since 2h --command aal_genpass',
    )
    .action(async (ids: string[], options: ReplayOptions) => {
      const { replayWebhooks } = await import('../replay/replay-webhooks.ts');
      await replayWebhooks(ids, options, terminal);
    });
};

/** What is told to `latchkey replay`, as commander reads it. */
export type ReplayOptions = PlaceOptions &
  FilterOptions & { failed?: true; rejected?: true; yes?: true; wait?: number; json?: true };
