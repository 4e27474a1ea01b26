import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { latchkey } from '../cli/latchkey.ts';

/**
 * What the command line prints for an operator who looks at everything, and replays and redrives what failed.
 * @param folder the local cloud's data folder
 */
export async function seenOnCommandLine(folder: string, records: WebhookRecord[]): Promise<string[]> {
  const commands = [
    ...[
      ['log', '--limit', '1000'],
      ['log', '--limit', '1000', '--json'],
    ],
    ...records.flatMap(({ id }) => [
      ['show', id],
      ['show', id, '--json'],
    ]),
    ...[['status'], ['status', '--json'], ['redrive']],
    ['url', '--site', 'academy', '--command', 'aal_genpass'],
    ...[
      ['replay', '--failed', '--rejected', '--yes'],
      ['redrive', '--yes'],
    ],
  ];
  const seen: string[] = [];
  // One after the other: they find their Latchkey by the environment of this process.
  for (const command of commands) {
    const { out, err } = await latchkey(...command, '--local', folder);
    seen.push(`${command.join(' ')}\n${out}${err}`);
  }
  return seen;
}
