import { setTimeout as wait } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { LocalCloud } from '../local/cloud.ts';
import { clientOptions } from '../local/endpoints.ts';
import type { Item } from '../local/items-of.ts';
import { messagesIn } from '../local/messages-in.ts';
import { killAll } from './world/processes.ts';
import type { Table } from './world/table.ts';
import type { World } from './world/world.ts';

/** Once nobody looks after something in this time, the sweep takes it: more than any grace that it gives. */
const TIME_PASSES_MS = 15 * 60_000;
/** Each lets time pass once more; a healthy run needs two or three. */
const MOST_ROUNDS = 12;
const LOOK_EVERY_MS = 500;
/** A round is over when so long nothing has been finished: longer than messages are out of sight. */
const NOTHING_DONE_MS = 12_000;
/** Looks in a row that find nothing: messages are on their way between two of them. */
const QUIET_LOOKS = 3;

const WORK_QUEUES = ['operations', 'batch-sync', 'deliveries', 'site-events'] as const;

/** What is not finished yet. */
export type Pending = { jobs: Item[]; events: Item[]; messages: number };

/**
 * Ends all faults, puts all clocks right and lets time pass, sweeping and reconciling, until nothing is pending.
 * @returns what is pending even so
 */
export async function calm(
  { cloud, proxies, leap }: World,
  table: Table,
  say: (line: string) => void,
): Promise<Pending> {
  proxies.calm();
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  try {
    killAll(cloud);
    for (let round = 1; ; round++) {
      const pending = await settled(() => pendingIn(cloud, sqs, table));
      const { jobs, events, messages } = pending;
      if (jobs.length + events.length + messages === 0 || round === MOST_ROUNDS) return pending;
      say(
        `  pending: ${jobs.length} webhooks, ${events.length} events, ${messages} messages; a quarter of an hour passes`,
      );
      leap(TIME_PASSES_MS);
      await run(cloud, 'sweep', say);
      if (round === 1) await run(cloud, 'reconcile', say);
    }
  } finally {
    sqs.destroy();
  }
}

/** Runs a schedule; the next round does what one that fails has left. */
async function run({ schedules }: LocalCloud, name: string, say: (line: string) => void): Promise<void> {
  try {
    await schedules[name]?.trigger();
  } catch (error) {
    say(`  ${name} failed: ${error instanceof Error ? error.message : error}`);
  }
}

/** Waits until nothing is pending, or nothing more gets finished. @returns what is pending then */
async function settled(look: () => Promise<Pending>): Promise<Pending> {
  let least = Number.POSITIVE_INFINITY;
  let doneAt = performance.now();
  for (let quiet = 0; ; ) {
    const pending = await look();
    const left = pending.jobs.length + pending.events.length;
    quiet = left + pending.messages === 0 ? quiet + 1 : 0;
    if (left < least) doneAt = performance.now();
    least = Math.min(least, left);
    if (quiet === QUIET_LOOKS || performance.now() - doneAt > NOTHING_DONE_MS) return pending;
    await wait(LOOK_EVERY_MS);
  }
}

async function pendingIn(cloud: LocalCloud, sqs: SQSClient, table: Table): Promise<Pending> {
  const items = await table.items();
  const counts = await Promise.all(WORK_QUEUES.map((name) => messagesIn(sqs, cloud.queues[name] ?? '')));
  const isQueued = ({ state }: Item) => state === 'queued';
  return {
    jobs: items.filter((item) => item.sk.startsWith('webhook#') && isQueued(item)),
    events: items.filter((item) => item.sk.startsWith('event#') && isQueued(item)),
    messages: counts.reduce((sum, count) => sum + count, 0),
  };
}
