import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { ulid } from 'ulid';
import type { WebhookState } from '../functions/store/webhooks.ts';
import { loadConfig } from '../lib/config.ts';
import { clientOptions } from '../local/endpoints.ts';
import { type Product, startProduct } from '../local/product.ts';
import type { Benchmark } from './benchmark.ts';
import { median } from './support/median.ts';

const RECORDS = 100_000;
const CONTACTS = 20_000;
const DAYS = 25; // over which they have come
const DAY_MS = 86_400_000;
const IN_A_REQUEST = 25; // BatchWriteItem takes no more
const AT_ONCE = 8;
const REPEATS = 3;
const LIMIT_MS = 1_000;

/** What is asked of the log, as the console's address and the command line have it. */
const QUESTIONS: Record<string, Record<string, string>> = {
  everything: {},
  'a contact': { contact: '77' },
  'a command with jobs': { command: 'aal_genpass' },
  'a command that flags': { command: 'aal_updateuser' },
  'what failed': { outcome: 'failed' },
  'what failed of a command': { outcome: 'failed', command: 'aal_fieldop' },
  'what was applied': { outcome: 'applied' },
};

/** How long an operator waits for the log, with many records in the table. */
export const benchmark: Benchmark = {
  summary: `the webhook log with ${RECORDS.toLocaleString('en-US')} records: the console's page and \`latchkey log\``,
  about: `Pages of the console and of \`latchkey log\`, each asked for with other filters, the middle of three times; the command's
time has the start of Node in it. More than a second spoils the measurement.`,
  async run(say) {
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-log-'));
    await mkdir(join(folder, 'crm'));
    say('Starting the local cloud …');
    const config = await loadConfig();
    const product = await startProduct({ config, dataDir: folder, schedules: false, pollers: false });
    try {
      const site = config.sites[0]?.id ?? '';
      say(`Writing ${RECORDS.toLocaleString('en-US')} records …`);
      await fill(product, site);
      const start = await timeOf(() => runLog(['--help']));
      say(
        `The command takes ${start} ms to start; a page of nothing ${await timeOf(() => openPage(product, { view: 'sites' }))} ms.`,
      );
      const rows: [string, number, number][] = [];
      const troubles: string[] = [];
      for (const [what, values] of Object.entries(QUESTIONS)) {
        const filters = { site, ...values };
        const page = await timeOf(() => openPage(product, filters));
        const line = await timeOf(() => runLog([...asOptions(filters), '--local', folder]));
        rows.push([what, page, line]);
        for (const [which, ms] of Object.entries({ page, line }))
          if (ms >= LIMIT_MS) troubles.push(`${what}: the ${which} took ${ms} ms`);
        say(`${what}: page ${page} ms, command ${line} ms`);
      }
      return { columns: ['asked for', 'page, ms', 'latchkey log, ms'], rows, troubles };
    } finally {
      await product.stop();
      await rm(folder, { recursive: true });
    }
  },
};

/** How webhooks of a site go: most raise a flag, most others are applied. */
const KINDS: [share: number, command: string, state: WebhookState][] = [
  [70, 'aal_updateuser', 'flagged'],
  [20, 'aal_batchsync', 'applied'],
  [6, 'aal_genpass', 'applied'],
  [3, 'aal_fieldop', 'applied'],
  [0.9, 'aal_fieldop', 'rejected'],
  [0.1, 'aal_fieldop', 'failed'],
];

async function fill({ cloud }: Product, site: string): Promise<void> {
  process.env.TABLE_NAME = cloud.tableName;
  const { recordPart } = await import('../functions/store/webhooks.ts');
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb)));
  const now = Date.now();
  const itemOf = (n: number) => {
    const at = now - Math.floor(((n + 1) / RECORDS) * DAYS * DAY_MS);
    const [, command, state] = kindOf((n * 7919) % 1000); // spread as chance would, and the same in every run
    const webhook = { site, command, contactId: String(n % CONTACTS), parameters: {} };
    const received = { ...webhook, id: ulid(at), receivedAt: new Date(at).toISOString() };
    return recordPart(received, { state, recordDays: 30, reason: 'written for the benchmark' }).Put.Item;
  };
  const starts = Array.from({ length: RECORDS / IN_A_REQUEST }, (_, index) => index * IN_A_REQUEST);
  await pMap(
    starts,
    async (start) => {
      const puts = Array.from({ length: IN_A_REQUEST }, (_, index) => ({
        PutRequest: { Item: itemOf(start + index) },
      }));
      await client.send(new BatchWriteCommand({ RequestItems: { [cloud.tableName]: puts } }));
    },
    { concurrency: AT_ONCE },
  );
  client.destroy();
}

function kindOf(perMille: number): (typeof KINDS)[number] {
  let sum = 0;
  for (const kind of KINDS) {
    sum += kind[0] * 10;
    if (perMille < sum) return kind;
  }
  return KINDS[0] as (typeof KINDS)[number];
}

async function openPage({ cloud }: Product, values: Record<string, string>): Promise<void> {
  const answer = await fetch(`${cloud.url}/console?${new URLSearchParams({ view: 'log', ...values })}`);
  await answer.text();
  if (!answer.ok) throw new Error(`the console answered ${answer.status}`);
}

const asOptions = (values: Record<string, string>): string[] =>
  Object.entries(values).flatMap(([name, value]) => [`--${name}`, value]);

async function runLog(args: string[]): Promise<void> {
  const process = spawn('node', ['cli/latchkey.ts', 'log', ...args], {
    stdio: 'ignore',
  });
  const [code] = await once(process, 'exit');
  if (code !== 0) throw new Error(`latchkey log ${args.join(' ')} ended with ${code}`);
}

/** Does something a few times, after once for warmth. @returns the median, in whole ms */
async function timeOf(action: () => Promise<void>): Promise<number> {
  await action();
  const times: number[] = [];
  for (let n = 0; n < REPEATS; n++) {
    const started = performance.now();
    await action();
    times.push(performance.now() - started);
  }
  return Math.round(median(times));
}
