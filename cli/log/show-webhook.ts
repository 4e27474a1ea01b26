import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { type Moment, timeLineOf } from '../../functions/webhooks/time-line.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { openPlace, type PlaceOptions } from '../place.ts';
import { asShown } from './show-line.ts';

/** Prints all that is known of one webhook. @throws UserError where there is no record of it */
export async function showWebhook(
  id: string,
  options: PlaceOptions & { json?: true },
  { out }: Terminal,
): Promise<void> {
  const { sites } = await loadConfig();
  await openPlace(options);
  const { findRecord } = await import('../../functions/store/webhook-log.ts');
  const { whyNotReplayed } = await import('../../functions/jobs/replay.ts');
  const record = await findRecord(
    sites.map((site) => site.id),
    id,
  );
  if (!record) throw new UserError(noRecord(id));
  if (options.json) return out(`${JSON.stringify(asShown(record))}\n`);
  const why = whyNotReplayed(record);
  const replay = why === undefined ? `npx latchkey replay ${id}` : `not possible: ${why}`;
  out(`${headOf(record)}\n${timeLineOf(record).map(inWords).join('')}\nReplay: ${replay}\n`);
}

/** What a person is told who asks for a webhook that has no record. */
export const noRecord = (id: string): string =>
  `There is no record of a webhook ${id} at the sites of this config. Records expire, after 30 days unless the site ` +
  'says otherwise; a webhook with a wrong handshake never had one.';

function headOf({ id, site, command, contactId, contactIds, parameters, state }: WebhookRecord): string {
  const rows = {
    webhook: id,
    site,
    command,
    contact: contactIds ? `${contactIds.length} contacts` : contactId,
    ...Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, inText(value)])),
    state,
  };
  return Object.entries(rows)
    .map(([name, value]) => `${name.padEnd(12)} ${value}\n`)
    .join('');
}

const inText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function inWords({ at = '', what, outcome, detail = '', calls = [] }: Moment): string {
  const said = outcome === undefined || outcome === what ? detail : `${outcome} ${detail}`;
  const line = [at.padEnd(24), what.padEnd(11), said].join('  ').trimEnd();
  return `${[line, ...calls.map((call) => `${' '.repeat(39)}${call}`)].join('\n')}\n`;
}
