import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '../../functions/platform/config.ts';
import { Rejected } from '../../functions/platform/errors.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import type { ReplayOptions } from '../commands/replay.ts';
import { clearDeadLetters } from '../dead-letters/clear.ts';
import { readLogs } from '../log/read-logs.ts';
import { readFilter } from '../log/read-options.ts';
import { lineOf } from '../log/show-line.ts';
import { noRecord } from '../log/show-webhook.ts';
import { openPlace } from '../place.ts';

const MOST_AT_ONCE = 10_000;
const LOOK_EVERY_MS = 500;

/** A webhook and what came of its replay. */
type Replayed = { webhook: string; by?: string; refused?: string; state?: string; reason?: string };

/**
 * Replays webhooks, or says which it would replay.
 * @throws UserError where none is named, one is not there or cannot be replayed, or one is not applied in the end
 */
export async function replayWebhooks(
  ids: readonly string[],
  options: ReplayOptions,
  { out, err }: Terminal,
): Promise<void> {
  const config = await loadConfig();
  const { outputs } = await openPlace(options);
  const [{ replay, whyNotReplayed }, log] = await Promise.all([
    import('../../functions/jobs/replay.ts'),
    import('../../functions/store/webhook-log.ts'),
  ]);
  const records = await chosen(ids, options, config, log);
  const [possible, impossible] = [true, false].map((is) =>
    records.filter((record) => (whyNotReplayed(record) === undefined) === is),
  ) as [WebhookRecord[], WebhookRecord[]];

  if (!options.yes) {
    if (options.json) return out(`${JSON.stringify({ wouldReplay: possible.map(({ id }) => id) })}\n`);
    for (const record of possible) out(lineOf(record));
    for (const record of impossible) err(`${record.id} is left: ${whyNotReplayed(record)}.\n`);
    err(`${possible.length} would be replayed. Nothing was done: --yes does it.\n`);
    return;
  }
  const done: Replayed[] = impossible.map((record) => ({
    webhook: record.id,
    refused: whyNotReplayed(record) ?? '',
  }));
  for (const { webhook, refused } of done) err(`${webhook} is left: ${refused}.\n`);
  for (const record of possible.toReversed()) {
    const one = await replayOne(record, config, replay); // the oldest first, as they came
    done.push(one);
    if (!options.json)
      err(`${one.webhook} ${one.by ? `is replayed as ${one.by}` : `is left: ${one.refused}`}\n`);
  }
  await clearDeadLetters(outputs, new Set(done.filter(({ by }) => by).map(({ webhook }) => webhook)));
  if (options.wait !== undefined) await awaitEnds(done, records, options.wait, log.readRecord);
  report(done, options, out);
}

type Log = typeof import('../../functions/store/webhook-log.ts');

async function chosen(
  ids: readonly string[],
  options: ReplayOptions,
  config: Config,
  { findRecord, readLog }: Log,
): Promise<WebhookRecord[]> {
  const states = (['failed', 'rejected'] as const).filter((state) => options[state]);
  if (ids.length > 0 === states.length > 0)
    throw new UserError(
      'Say which: the ids of webhooks, or --failed or --rejected, with --since and the like.',
    );
  const filter = readFilter(options, config);
  if (ids.length === 0) {
    const found = await Promise.all(
      states.map((outcome) =>
        readLogs({ ...filter, query: { ...filter.query, outcome } }, MOST_AT_ONCE, readLog),
      ),
    );
    const open = found.flat().filter(({ replayedBy }) => replayedBy === undefined); // the others are done
    return open.sort((one, other) => (one.id < other.id ? 1 : -1));
  }
  const sites = filter.sites.map(({ id }) => id);
  return Promise.all(
    ids.map(async (id) => {
      const record = await findRecord(sites, id);
      if (!record) throw new UserError(noRecord(id));
      return record;
    }),
  );
}

async function replayOne(
  record: WebhookRecord,
  { sites }: Config,
  replay: typeof import('../../functions/jobs/replay.ts')['replay'],
): Promise<Replayed> {
  const site = sites.find(({ id }) => id === record.site);
  try {
    if (!site) throw new Rejected(`the config has no site ${record.site}`);
    return { webhook: record.id, by: await replay(record, site) };
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return { webhook: record.id, refused: error.message };
  }
}

/** Waits until what stands in for the webhooks has ended, and notes how. */
async function awaitEnds(
  done: Replayed[],
  records: readonly WebhookRecord[],
  seconds: number,
  readRecord: Log['readRecord'],
): Promise<void> {
  const firsts = new Map(records.map((record) => [record.id, record]));
  const end = Date.now() + seconds * 1000;
  for (const one of done) {
    const first = firsts.get(one.webhook);
    if (!first || !one.by) continue;
    for (;;) {
      const { state, reason } = (await readRecord(first.site, first.contactId, one.by)) ?? {};
      Object.assign(one, { state, reason });
      if ((state !== undefined && state !== 'queued') || Date.now() > end) break;
      await wait(LOOK_EVERY_MS);
    }
  }
}

function report(
  done: readonly Replayed[],
  { json, wait: waited }: ReplayOptions,
  out: Terminal['out'],
): void {
  if (json) out(`${JSON.stringify({ replayed: done })}\n`);
  else if (waited !== undefined) {
    for (const { by, state, reason } of done) if (by) out(`${by}  ${state}${reason ? `: ${reason}` : ''}\n`);
  }
  const refused = done.filter((one) => one.refused !== undefined).length;
  if (refused > 0) throw new UserError(`${refused} of ${done.length} cannot be replayed.`);
  const open = done.filter(({ state }) => state !== 'applied').length;
  if (waited !== undefined && open > 0) throw new UserError(`${open} of ${done.length} are not applied.`);
}
