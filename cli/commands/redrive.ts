import type { AddCommand } from '../command.ts';
import { type PlaceOptions, withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const redrive = program
    .command('redrive')
    .summary('send dead letters back to their queues')
    .description(
      'Sends all dead letters back to the queues they came from: jobs that failed are replayed, events are told to\n' +
        'their sites again. It says how many there are; --yes does it. The same as redriving them in the console of SQS.',
    );
  withPlaceOptions(redrive)
    .option('--queue <name>', 'of this queue alone: operations, batch-sync, deliveries or site-events')
    .option('--yes', 'do it')
    .option('--json', 'print the numbers for a script')
    .addHelpText('after', '\nExample: npx latchkey redrive --queue operations --yes')
    .action(async (options: RedriveOptions) => {
      const { redriveAll } = await import('../dead-letters/redrive-all.ts');
      await redriveAll(options, terminal);
    });
};

/** What is told to `latchkey redrive`, as commander reads it. */
export type RedriveOptions = PlaceOptions & { queue?: string; yes?: true; json?: true };
