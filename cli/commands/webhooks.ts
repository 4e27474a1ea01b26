import type { Command } from 'commander';
import { DEFAULT_STAGE } from '../../lib/stages.ts';
import type { AddCommand } from '../command.ts';
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
  command
    .requiredOption('--site <id>', 'the site, as in latchkey.config.ts')
    .option('--stage <stage>', "the stage whose SSM parameter holds the CRM's credentials", DEFAULT_STAGE)
    .option('--url <base url>', "what webhooks post to: the output BaseUrl; default: the config's domain")
    .option('--profile <name>', 'of the AWS credentials; default: as the AWS CLI finds them')
    .option('--region <name>', 'of the stack; default: as the AWS CLI finds it')
    .option('--local [folder]', 'use the local cloud that npm start runs, or that runs on this data folder')
    .option('--json', 'print what was found or done for a script');
