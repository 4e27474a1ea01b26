import type { Command } from 'commander';
import type { AddCommand } from '../command.ts';
import { withPlaceOptions } from '../place.ts';
import type { Action } from '../webhooks/actions.ts';

const SUMMARIES = {
  install: 'make the webhooks that are missing, replace those that are off',
  check: 'tell which are missing or off; ends with 1 if any is',
  remove: 'remove those that post to this Latchkey, and no others',
};

export const addTo: AddCommand = (program, terminal) => {
  const webhooks = program
    .command('webhooks')
    .summary("register the event webhooks of a site's CRM")
    .description(
      "Registers the event webhooks of a site's CRM account, so that the CRM tells Latchkey of every change.\n" +
        "The site's handshake is taken from LATCHKEY_HANDSHAKE, or asked for.",
    )
    .helpCommand(false);
  for (const [name, summary] of Object.entries(SUMMARIES)) {
    withOptions(webhooks.command(name).summary(summary).description(`Event webhooks: ${summary}.`)).action(
      async (options) => {
        const actions: Record<string, Action> = await import('../webhooks/actions.ts');
        await actions[name]?.(options, terminal);
      },
    );
  }
};

const withOptions = (command: Command): Command =>
  withPlaceOptions(command.requiredOption('--site <id>', 'the site, as in latchkey.config.ts'))
    .option(
      '--url <base url>',
      "what webhooks post to; default: the config's domain, else the stack's BaseUrl",
    )
    .option('--json', 'print what was found or done for a script');
