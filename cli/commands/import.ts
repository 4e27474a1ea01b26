import type { AddCommand } from '../command.ts';
import type { ImportOptions } from '../import/import-file.ts';
import { openPlace, type PlaceOptions, withPlaceOptions } from '../place.ts';

export const addTo: AddCommand = (program, terminal) => {
  const command = program
    .command('import')
    .summary('make the people of a CSV file members, without webhooks')
    .description(
      'Makes the people of a CSV file contacts of the CRM and members with an account. Whoever has an account\n' +
        'keeps it and its password. It can be stopped at any time and run again: nobody is made a member twice.\n\n' +
        'Columns: email, first_name, last_name, phone, password, tags, field:<id of a custom field>. All but email\n' +
        'can be left out. Tags are separated by ; and added last. Without a password one is generated, and written\n' +
        "to the site's passwordField. The whole file is checked first; see docs/import.md.",
    )
    .argument('<file>', 'the CSV file, as a spreadsheet writes it')
    .requiredOption('--site <id>', 'the site, as in latchkey.config.ts')
    .option('--dry-run', 'check the file, and do nothing')
    .option('--skip-bad', 'import the good rows though there are bad ones')
    .option('--report <file>', 'where to write what became of each row; default: <file>.report.csv')
    .option('--json', 'print the summary for a script');
  withPlaceOptions(command).action(async (file: string, options: ImportOptions & PlaceOptions) => {
    await openPlace(options);
    const { importFile } = await import('../import/import-file.ts');
    await importFile(file, options, terminal);
  });
};
