import type { AddCommand } from '../command.ts';
import { collectParameter, readCount, readPath } from '../parameters.ts';
import { withPlaceOptions } from '../place.ts';

const SENDERS = 'activecampaign, activecampaign-event, keap, keap-rest-hook, ontraport, kit, drip or zapier';

export const addTo: AddCommand = (program, terminal) => {
  withPlaceOptions(program.command('send'))
    .summary('play a CRM: post webhooks, and see how they are answered')
    .description(
      "Posts a webhook as a CRM does, with that sender's body, and shows the answer and how long it took. It is a " +
        "real one: what it asks for is done. The site's handshake is taken from LATCHKEY_HANDSHAKE, or asked for; " +
        'the demo sites of the local cloud need none. Ends with 1 unless all are answered with 2xx.',
    )
    .option('--site <id>', 'the site, as in latchkey.config.ts')
    .option('--command <name>', 'the command, such as aal_updateuser; event webhooks need none')
    .option('--contact <id>', 'of whom; with --count the first of so many numbers in a row')
    .option('--as <sender>', `${SENDERS}; default: the site's CRM`)
    .option('--parameter <name=value>', 'of the command, in the URL; as often as needed', collectParameter)
    .option('--path <path>', "of pass_through: what the plugin's own URL has behind its host", readPath)
    .option('--file <body>', 'a file that is posted as it is, instead of a body for --contact')
    .option('--url <url>', 'any other address, instead of --site and --command')
    .option('--count <n>', 'how many to post', readCount, 1)
    .option('--at-once <n>', 'how many of them side by side', readCount, 10)
    .option('--json', 'print {"status", "ms", "answer"}, or a summary of many, for a script')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  npx latchkey send --local --site academy --command aal_updateuser --contact 42\n' +
        '  npx latchkey send --local --site academy --command aal_batchsync --contact 1 --count 100 --at-once 50\n' +
        '  npx latchkey send --local --site club --command pass_through --parameter wpf_action=update --contact 42',
    )
    .action(async (options) => {
      const { sendWebhooks } = await import('../send/send-webhooks.ts');
      await sendWebhooks(options, terminal);
    });
};
