import type { AddCommand } from '../command.ts';
import type { ExportOptions } from '../export/export-members.ts';
import { openPlace, type PlaceOptions, withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const command = program
    .command('export')
    .summary('write the members of a site as CSV')
    .description(
      'Writes the members of a site as CSV: contact id, e-mail address, names, phone, tags, custom fields, and since\n' +
        "when they have an account. It is Latchkey's copy, as it was when each was last pulled; passwords and their\n" +
        'hashes are not in it. latchkey import reads what it writes.',
    )
    .requiredOption('--site <id>', 'the site, as in latchkey.config.ts')
    .option('--out <file>', 'where to write, readable by you alone; default: the terminal');
  withPlaceOptions(command).action(async (options: ExportOptions & PlaceOptions) => {
    await openPlace(options);
    const { exportMembers } = await import('../export/export-members.ts');
    await exportMembers(options, terminal);
  });
};
