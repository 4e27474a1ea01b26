import { setTimeout as wait } from 'node:timers/promises';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { Filter } from './read-options.ts';

const POLL_MS = 1_000;
const LAG_MS = 60_000; // an index may show a record that much later
const MOST_AT_ONCE = 1_000; // new records between two looks

/** What following a log asks of the table. */
export type Sources = {
  /** The newest webhooks that a filter names. */
  newest(filter: Filter, limit: number): Promise<WebhookRecord[]>;
  /** Records as they are now. */
  now(records: readonly WebhookRecord[]): Promise<WebhookRecord[]>;
};

/**
 * Follows the log on from where the first look at it ended: each webhook when it comes, and again when it ends. Of an
 * outcome, it shows those that come to it, however long after they came.
 * @param known what was shown already
 * @param signal ends it
 */
export async function* follow(
  filter: Filter,
  { newest, now }: Sources,
  known: readonly WebhookRecord[],
  signal: AbortSignal,
): AsyncGenerator<WebhookRecord> {
  const seen = new Map(known.map((record) => [record.id, record]));
  const { outcome, ...wanted } = filter.query;
  const start = new Date().toISOString();
  const begin = wanted.until < start ? wanted.until : start;
  while (await passes(POLL_MS, signal)) {
    const at = Date.now();
    const since = new Date(at - LAG_MS).toISOString();
    const query = {
      ...wanted,
      since: since < begin ? begin : since,
      until: new Date(at).toISOString(),
    };
    const waiting = [...seen.values()].filter(({ state }) => state === 'queued');
    const changed = (await now(waiting)).filter(({ id, state }) => seen.get(id)?.state !== state);
    const fresh = (await newest({ ...filter, query }, MOST_AT_ONCE)).filter(({ id }) => !seen.has(id));
    for (const record of [...changed, ...fresh.toReversed()]) {
      seen.set(record.id, record);
      if (outcome === undefined || record.state === outcome) yield record;
    }
    for (const [id, { state, receivedAt }] of seen) {
      if (state !== 'queued' && receivedAt < since) seen.delete(id); // it changes no more, and is found no more
    }
  }
}

/** Lets time pass. @returns false where it was ended meanwhile */
async function passes(ms: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(ms, undefined, { signal });
    return true;
  } catch {
    return false; // by the signal: nothing else ends a wait
  }
}
