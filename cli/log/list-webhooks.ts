import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { loadConfig } from '../../lib/config.ts';
import type { Terminal } from '../command.ts';
import type { LogOptions } from '../commands/log.ts';
import { openPlace } from '../place.ts';
import { follow } from './follow.ts';
import { readLogs } from './read-logs.ts';
import { type Filter, readFilter } from './read-options.ts';
import { asShown, lineOf } from './show-line.ts';

/** Prints the newest webhooks that are asked for, and where that is wanted, those that come. */
export async function listWebhooks(options: LogOptions, { out, err, untilStopped }: Terminal): Promise<void> {
  const filter = readFilter(options, await loadConfig());
  await openPlace(options);
  const [{ readLog }, { webhookKey }, { readItems }] = await Promise.all([
    import('../../functions/store/webhook-log.ts'),
    import('../../functions/store/keys.ts'),
    import('../../functions/store/table.ts'),
  ]);
  const print = (record: WebhookRecord): void =>
    out(options.json ? `${JSON.stringify(asShown(record))}\n` : lineOf(record));
  const newest = (wanted: Filter, limit: number) => readLogs(wanted, limit, readLog);

  const records = await newest(filter, options.limit);
  // Who follows reads downwards: what comes next is below.
  for (const record of options.follow ? records.toReversed() : records) print(record);
  if (!options.follow) {
    if (records.length === 0) err('No webhook is like that.\n');
    if (records.length === options.limit) err(`The newest ${options.limit}; --limit shows more.\n`);
    return;
  }
  const now = async (waiting: readonly WebhookRecord[]) =>
    (await readItems(waiting.map(webhookKey))) as WebhookRecord[];
  for await (const record of follow(filter, { newest, now }, records, untilStopped())) print(record);
}
