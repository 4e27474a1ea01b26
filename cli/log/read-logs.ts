import pMap from 'p-map';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { Filter } from './read-options.ts';

type ReadLog = typeof import('../../functions/store/webhook-log.ts').readLog;

const SITES_AT_ONCE = 10;
const PAGE = 100;

/** Reads the newest webhooks that a filter names, of all of its sites together, newest first. */
export async function readLogs(
  { sites, query }: Filter,
  limit: number,
  readLog: ReadLog,
): Promise<WebhookRecord[]> {
  const found = await pMap(sites, ({ id: site }) => readSite(readLog, { ...query, site }, limit), {
    concurrency: SITES_AT_ONCE,
  });
  return found
    .flat()
    .sort((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit);
}

async function readSite(
  readLog: ReadLog,
  query: Omit<Parameters<ReadLog>[0], 'limit'>,
  limit: number,
): Promise<WebhookRecord[]> {
  const records: WebhookRecord[] = [];
  let after = query.after;
  do {
    const page = await readLog({
      ...query,
      ...(after !== undefined && { after }),
      limit: Math.min(PAGE, limit - records.length),
    });
    records.push(...page.records);
    after = page.next;
  } while (after !== undefined && records.length < limit);
  return records;
}
