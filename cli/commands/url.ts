import type { AddCommand } from '../command.ts';
import { collectParameter, readPath } from '../parameters.ts';
import { withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  withPlaceOptions(program.command('url').requiredOption('--site <id>', 'the site, as in latchkey.config.ts'))
    .summary("make a webhook's URL, and tell how it is set up in the CRM")
    .description(
      'Makes the URL of a webhook, with its body where the CRM has to be told one, and tells step by step how it is ' +
        'set up in the CRM. Without --command it lists the commands of the site. Nothing is stored and nothing is sent.',
    )
    .option('--command <name>', 'the command; without it all are listed')
    .option('--parameter <name=value>', 'of the command; as often as needed', collectParameter)
    .option('--path <path>', "of pass_through: what the plugin's own URL has behind its host", readPath)
    .option('--crm <kind>', "how another kind of CRM would be set up; default: the site's")
    .option(
      '--url <base url>',
      "what comes before /?; default: the config's domain, else the stack's BaseUrl",
    )
    .option(
      '--with-handshake',
      'put the handshake into the URL: LATCHKEY_HANDSHAKE, or it is asked for. The URL is a secret then',
    )
    .option(
      '--json',
      'print {"method", "url", "body", "contentType", "steps"}, or the commands, for a script',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  npx latchkey url --site academy --command aal_fieldop --parameter operationId=lesson-done\n' +
        '  npx latchkey url --site club --command pass_through --parameter wpf_action=update',
    )
    .action(async (options) => {
      const { showUrl } = await import('../url/show-url.ts');
      await showUrl(options, terminal);
    });
};
