import { createHash } from 'node:crypto';
import pMap from 'p-map';
import { crmSchema, crms } from '../../functions/crm/crms.ts';
import type { CrmDefinition } from '../../functions/crm/definition.ts';
import type { Site } from '../../functions/platform/config.ts';
import { memberKey } from '../../functions/store/keys.ts';
import { checkConfig } from '../../lib/config.ts';
import type { SimulatedKind } from '../../local/crm-simulators/start-simulator.ts';
import { itemsOf } from '../../local/items-of.ts';
import { type Product, startProduct } from '../../local/product.ts';
import { untilQuiet } from '../support/quiet.ts';

const SITE = 'academy';
const HANDSHAKE = 'benchmark-academy-0123456789abcdef';
const AT_ONCE = 10; // connections of the CRM
const PATIENCE_MS = 3_600_000;

/** Contacts that wait for a batch sync, of which CRM, and how much faster the clock of its account runs. */
export type Backlog = { kind: SimulatedKind; contacts: number; speed: number };

/** How a backlog was worked off. Times are seconds of the account's clock. */
export type Drain = {
  crm: string;
  contacts: number;
  /** Members that were stored. */
  stored: number;
  requests: number;
  /** Requests over the account's limit. */
  refused: number;
  requestsPerSecond: number;
  /** From the first request to the last one, and to the last member that was stored. */
  toLastRequest: number;
  toLastMember: number;
};

/**
 * Lets webhooks of many contacts wait on the batch-sync queue, then has them worked off, and looks when the CRM was asked
 * and when the members were stored.
 * @param outdir for what is synthesized
 * @param batchWindowSeconds how long a batch is collected, where it is not the template's
 */
export async function measureDrain(
  { kind, contacts, speed }: Backlog,
  outdir: string,
  batchWindowSeconds?: number,
): Promise<Drain> {
  const definition = crms.find((crm) => crm.kind === kind) as CrmDefinition;
  const { requestsPerSecond } = crmSchema.parse({ kind }) as Extract<Site['crm'], { kind: SimulatedKind }>;
  const started = Date.now();
  const product = await startProduct({
    config: checkConfig({ sites: [siteOf(kind, requestsPerSecond * speed)] }, 'the benchmark'),
    pollers: false,
    schedules: false,
    outdir,
    ...(batchWindowSeconds !== undefined && { batchWindowSeconds }),
    // The vendor's own limit, on a clock that runs as fast as the pace that the config asks for.
    crmAccount: { requestsPerSecond: undefined, now: () => started + (Date.now() - started) * speed },
  });
  try {
    const account = product.simulators.get(SITE);
    if (!account) throw new Error(`${kind} has no simulated account`);
    await post(product, account.seedContacts(contacts));
    await Promise.all(['receive', 'sync-batch'].map((name) => product.cloud.lambda(name).warm(2)));
    account.requests.reset();
    product.cloud.startPollers();
    await untilQuiet(product, { patienceMs: PATIENCE_MS });
    const { total: requests, refused, firstAt = 0, lastAt = 0 } = account.requests;
    const storedAt = await readStored(product);
    const seconds = (ms: number): number => ((ms - firstAt) / 1000) * speed;
    return {
      crm: definition.name,
      ...{ contacts, stored: storedAt.length, requests, refused, requestsPerSecond },
      toLastRequest: seconds(lastAt),
      toLastMember: seconds(storedAt.reduce((latest, at) => Math.max(latest, at), firstAt)),
    };
  } finally {
    await product.stop();
  }
}

const siteOf = (kind: SimulatedKind, requestsPerSecond: number) => ({
  id: SITE,
  handshakes: [createHash('sha256').update(HANDSHAKE).digest('hex')],
  crm: { kind, requestsPerSecond },
  batchDelaySeconds: 0,
});

async function post({ cloud }: Product, contactIds: readonly string[]): Promise<void> {
  await pMap(
    contactIds,
    async (id) => {
      const body = new URLSearchParams({ 'contact[id]': id });
      const answer = await fetch(`${cloud.url}/?aal_batchsync=${HANDSHAKE}`, { method: 'POST', body });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`a webhook was answered ${answer.status}`);
    },
    { concurrency: AT_ONCE },
  );
}

/** When each member was stored, in ms since 1970. */
async function readStored({ cloud }: Product): Promise<number[]> {
  const { sk } = memberKey('', '');
  const times: number[] = [];
  for await (const item of itemsOf(cloud)) if (item.sk === sk) times.push(Date.parse(String(item.syncedAt)));
  return times;
}
