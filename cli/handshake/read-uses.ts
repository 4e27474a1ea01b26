import type { Site } from '../../functions/platform/config.ts';
import { markOfHash } from '../../functions/platform/handshake-mark.ts';
import { readLog } from '../../functions/store/webhook-log.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';

/** How a handshake of the config was used by the webhooks that were looked at. */
export type Use = {
  /** What its hash begins with, by which records and log lines name it. */
  mark: string;
  webhooks: number;
  /** When it last was (ISO time), and by which commands it was. */
  lastUsedAt?: string;
  commands: string[];
};

/** How a site's handshakes were used: by how many webhooks that have records, the oldest of them from when. */
export type Uses = { lookedAt: number; since?: string; handshakes: Use[] };

const MOST = 1_000; // records: 10 pages, which a person waits for
const PAGE = 100;

/** Finds out how the handshakes of a site were used by its last webhooks. Jobs that no webhook asked for have none. */
export async function readUses({ id, handshakes }: Site): Promise<Uses> {
  const records = await lastWebhooks(id);
  const since = records.at(-1)?.receivedAt;
  return {
    lookedAt: records.length,
    ...(since && { since }),
    handshakes: handshakes.map((hash) => useOf(markOfHash(hash), records)),
  };
}

/** Newest first. */
async function lastWebhooks(site: string): Promise<WebhookRecord[]> {
  const until = new Date().toISOString();
  const records: WebhookRecord[] = [];
  let after: string | undefined;
  do {
    const page = await readLog({ site, until, limit: PAGE, ...(after !== undefined && { after }) });
    records.push(...page.records.filter(({ handshake }) => handshake !== undefined));
    after = page.next;
  } while (after !== undefined && records.length < MOST);
  return records;
}

function useOf(mark: string, records: readonly WebhookRecord[]): Use {
  const own = records.filter(({ handshake }) => handshake === mark);
  const lastUsedAt = own[0]?.receivedAt;
  return {
    mark,
    webhooks: own.length,
    ...(lastUsedAt && { lastUsedAt }),
    commands: [...new Set(own.map(({ command }) => command))].sort(),
  };
}
