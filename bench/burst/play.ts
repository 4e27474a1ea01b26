import { setTimeout as wait } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { warmUp } from '../../local/demo/warm-up.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { DEFAULT_CONCURRENCY } from '../../local/function.ts';
import { itemsOf } from '../../local/items-of.ts';
import { messagesIn } from '../../local/messages-in.ts';
import { type Product, startProduct } from '../../local/product.ts';
import { type Posted, postFromConnections } from '../support/post.ts';
import { memoryOf } from '../support/processes.ts';
import { startStallingProxy } from '../support/stalling-proxy.ts';
import { judge, type Verdict } from './judge.ts';
import { contactsInCrms, lookAtAll } from './look.ts';
import { burstConfig, SITES } from './sites.ts';
import { type BurstWebhook, makeBurst } from './webhooks.ts';

/** A burst: how many webhooks, from how many connections, and how often DynamoDB stalls meanwhile. */
export type Scene = {
  name: string;
  webhooks: number;
  connections: number;
  stall?: { everyMs: number; forMs: number };
};

/** How a burst went. */
export type Played = {
  scene: Scene;
  posted: readonly Posted<BurstWebhook>[];
  /** From the first webhook to the last answer. */
  seconds: number;
  stalls: number;
  verdict: Verdict;
  /** The most that each process of a function had in memory, and what that is set to; nothing where there is no /proc. */
  memory: readonly { name: string; peakMb: number; settingMb: number }[];
};

/** Contacts of each site. */
const CONTACTS = 500;
/** A late answer is to be seen as late, and not as none. */
const PATIENCE_MS = 30_000;
/** How long the workers may take. */
const WORK_PATIENCE_MS = 900_000;
const LOOK_AGAIN_MS = 500;

/**
 * Plays a burst against Latchkey in memory, has everything worked off, and judges each webhook.
 * @param assembly of `burstConfig`, synthesized
 */
export async function play(scene: Scene, assembly: string, say: (line: string) => void): Promise<Played> {
  let dynamodb = '';
  const proxy = scene.stall && (await startStallingProxy(() => dynamodb, scene.stall));
  const product = await startProduct({
    config: burstConfig(),
    assembly,
    schedules: false,
    paymentEvents: false,
    pollers: false,
    endpointsOf: (real) => {
      ({ dynamodb } = real);
      return proxy ? { dynamodb: proxy.url } : {};
    },
  });
  try {
    const contacts = seed(product, CONTACTS);
    const webhooks = makeBurst(scene.webhooks, contacts);
    const before = pointsIn(product);
    await warmUp(product, SITES[0]?.handshake ?? '', DEFAULT_CONCURRENCY);
    say(`${scene.name}: posting …`);
    proxy?.begin();
    const started = performance.now();
    const posted = await postFromConnections(product.cloud.url, webhooks, {
      connections: scene.connections,
      patienceMs: PATIENCE_MS,
    });
    const seconds = (performance.now() - started) / 1000;
    proxy?.calmDown();
    say(`${scene.name}: all are answered after ${seconds.toFixed(1)} s; the workers start …`);
    await workOff(product);
    const memory = memoryIn(product);
    const verdict = judge(posted, await lookAtAll(product), before);
    return { scene, posted, seconds, stalls: proxy?.stalls ?? 0, verdict, memory };
  } finally {
    await product.stop();
    await proxy?.close();
  }
}

/** Gives each site's CRM contacts. @returns their ids, by the site's id */
export const seed = ({ simulators }: Pick<Product, 'simulators'>, count: number): Map<string, string[]> =>
  new Map([...simulators].map(([site, simulator]) => [site, simulator.seedContacts(count)]));

const pointsIn = (product: Product): Map<string, number> =>
  new Map([...contactsInCrms(product)].map(([key, { points }]) => [key, points]));

const memoryIn = ({ cloud }: Product): Played['memory'] =>
  Object.values(cloud.functions).flatMap(({ name, pids, memoryMegabytes: settingMb }) =>
    pids.flatMap((pid) => memoryOf(pid) ?? []).map(({ peakMb }) => ({ name, peakMb, settingMb })),
  );

/** Starts the workers and waits until every webhook is final, and no message is left that could do something again. */
async function workOff({ cloud }: Product): Promise<void> {
  const sqs = new SQSClient(clientOptions(cloud.endpoints.sqs));
  const queues = ['operations', 'batch-sync'].map((name) => cloud.queues[name] ?? '');
  const patience = AbortSignal.timeout(WORK_PATIENCE_MS);
  cloud.startPollers();
  try {
    for (; !patience.aborted; await wait(LOOK_AGAIN_MS)) {
      const depths = await Promise.all(queues.map((queue) => messagesIn(sqs, queue)));
      if (depths.some((depth) => depth > 0)) continue;
      if (!(await isWaiting({ cloud }))) return;
      await cloud.schedules.sweep?.trigger(); // a job whose message never arrived is due after some minutes
    }
  } finally {
    sqs.destroy();
  }
}

/** Whether a job is not final yet. */
async function isWaiting({ cloud }: Pick<Product, 'cloud'>): Promise<boolean> {
  for await (const { state } of itemsOf(cloud)) if (state === 'queued') return true;
  return false;
}
