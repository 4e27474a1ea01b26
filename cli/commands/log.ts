import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import type { FilterOptions } from '../log/read-options.ts';
import { readCount } from '../parameters.ts';
import { type PlaceOptions, withPlaceOptions } from '../place.ts';

const DEFAULT_LINES = 50;

/** Adds the options that say which webhooks are meant. */
export const withFilterOptions = (command: Command): Command =>
  command
    .option('--site <id>', 'of this site; default: of all')
    .option('--contact <id>', 'of this contact; "?" for what was refused before its contact was known')
    .option('--command <name>', 'of this command, such as aal_genpass')
    .option('--since <time>', 'that came since then: so long ago, such as 30m, 2h or 7d, or a date and time')
    .option('--until <time>', 'that came before then; default: now');

export const addTo: AddCommand = (program, terminal) => {
  const log = program
    .command('log')
    .summary('list webhooks, newest first')
    .description(
      'Lists webhooks, the newest first: when each came, its id, what became of it and why.\n' +
        'What is dated later than now, such as the end of a subscription, comes with --until: --until 2027-01-01.',
    );
  withPlaceOptions(withFilterOptions(log))
    .option(
      '--outcome <state>',
      'in this state: queued, flagged, applied, rejected, failed, duplicate or filtered',
    )
    .option('--limit <count>', 'so many at most', readCount, DEFAULT_LINES)
    .option('--follow', 'go on: show each webhook when it comes, and again when it ends, until Ctrl-C')
    .option('--json', 'print a JSON object a line')
    .addHelpText('after', '\nExample: npx latchkey log --site academy --outcome failed --since 2h')
    .action(async (options: LogOptions) => {
      const { listWebhooks } = await import('../log/list-webhooks.ts');
      await listWebhooks(options, terminal);
    });
};

/** What is told to `latchkey log`, as commander reads it. */
export type LogOptions = PlaceOptions & FilterOptions & { limit: number; follow?: true; json?: true };
