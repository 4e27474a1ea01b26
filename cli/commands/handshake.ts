import type { AddCommand } from '../command.ts';
import { newHandshake } from '../handshake/new-handshake.ts';
import { withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const handshake = program
    .command('handshake')
    .summary('make a new handshake for a site, or replace the one it has')
    .description(
      "Makes handshakes, the secret in a site's webhook URLs, with their hashes for latchkey.config.ts. Nothing is " +
        'stored and nothing is sent: what it prints is the only copy. Without a word behind it, it is `new`.',
    )
    .helpCommand(false);
  handshake
    .command('new', { isDefault: true })
    .summary('make a new handshake for a site')
    .description('Makes a new handshake for a site, and tells where it and its hash go.')
    .option('--json', 'print {"handshake", "sha256"} for a script')
    .addHelpText('after', '\nExample:\n  npx latchkey handshake')
    .action(({ json }: { json?: true }) => newHandshake(json, terminal));
  withPlaceOptions(
    handshake.command('rotate').requiredOption('--site <id>', 'the site, as in latchkey.config.ts'),
  )
    .summary('replace the handshake of a site, without losing a webhook')
    .description(
      'Makes a new handshake for a site that has one, and tells step by step how it takes over without a webhook ' +
        'being lost. With --check it makes none, and tells how far that is: which handshakes the config holds, ' +
        'whether they are deployed, and when each was last used.',
    )
    .option('--check', 'tell how far a rotation is; ends with 1 while the config is not deployed')
    .option('--json', 'print {"handshake", "sha256"}, or what was found, for a script')
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  npx latchkey handshake rotate --site academy --stage production\n' +
        '  npx latchkey handshake rotate --site academy --stage production --check',
    )
    .action(async (options) => {
      const { rotate } = await import('../handshake/rotate.ts');
      await rotate(options, terminal);
    });
};
