import { isDeepStrictEqual } from 'node:util';
import { senders } from '../../cli/send/senders.ts';
import { webhookSk } from '../../functions/store/keys.ts';
import { WebhookTally } from '../../local/crm-simulators/webhook-tally.ts';
import { itemsOf } from '../../local/items-of.ts';
import type { Product } from '../../local/product.ts';
import type { AwsMeter } from '../support/aws-meter.ts';
import { type Outgoing, type Posted, postFromConnections, postSteadily } from '../support/post.ts';
import { cpuMsOf } from '../support/processes.ts';
import { attemptsOf, attemptsOn, type Kind } from './attempts.ts';
import type { Seen } from './judge.ts';

/** The receiving process's time on a processor for one webhook, in ms; undefined where it cannot be measured. */
export type Cost = {
  accepted: number | undefined;
  refused: number | undefined;
  refusedLarge: number | undefined;
};

const PER_SECOND = 20;
const WEBHOOKS = 300;
const FLOOD_CONNECTIONS = 64;
const FLOOD_ALONE = 2_000;
const COSTED = 2_000;
const COSTED_LARGE = 300;
const PATIENCE_MS = 30_000;

/** Has a site's webhooks come alone, then attempts alone, then both at once. */
export async function seeFlood(
  product: Product,
  { handshake, meters }: { handshake: string; meters: readonly AwsMeter[] },
  say: (line: string) => void,
): Promise<Seen & { cost: Cost; attemptsASecond: number }> {
  const { url } = product.cloud;
  const known = await recordsIn(product);
  const steadily = { perSecond: PER_SECOND, patienceMs: PATIENCE_MS };
  const flooding = { connections: FLOOD_CONNECTIONS, patienceMs: PATIENCE_MS };

  say(`${WEBHOOKS} webhooks, ${PER_SECOND} a second …`);
  const alone = await postSteadily(url, webhooksOf(handshake, 'alone', WEBHOOKS), steadily);

  say('The flood alone …');
  const before = await allItems(product);
  for (const { requests } of meters) requests.length = 0;
  const floodAlone = await postFromConnections(url, first(FLOOD_ALONE, attemptsOn(handshake)), flooding);
  const awsRequests = meters.reduce((sum, { requests }) => sum + requests.length, 0);
  const changedItems = changesIn(before, await allItems(product));

  say('Both at once …');
  let isOver = false;
  const until = function* () {
    for (const attempt of attemptsOn(handshake)) {
      if (isOver) return;
      yield attempt;
    }
  };
  const started = performance.now();
  const flood = postFromConnections(url, until(), flooding);
  const during = await postSteadily(url, webhooksOf(handshake, 'during', WEBHOOKS), steadily);
  isOver = true;
  const inFlood = await flood;
  const attemptsASecond = inFlood.length / ((performance.now() - started) / 1000);
  const recorded = new Set([...(await recordsIn(product))].filter((id) => !known.has(id)));

  say('What each costs …');
  const cost = await costOf(product, handshake);
  const attempts = [...floodAlone, ...inFlood];
  return { alone, during, attempts, recorded, awsRequests, changedItems, cost, attemptsASecond };
}

/** Updates of as many contacts, as ActiveCampaign posts them. */
const webhooksOf = (handshake: string, about: string, count: number): Outgoing[] =>
  Array.from({ length: count }, (_, index) => {
    const { contentType = '', text = '' } = senders.activecampaign?.bodyOf(`${about}-${index}`) ?? {};
    return { path: `/?aal_updateuser=${handshake}`, contentType, body: text };
  });

function* first<T>(count: number, all: Iterable<T>): Generator<T> {
  let left = count;
  for (const each of all) {
    if (left-- === 0) return;
    yield each;
  }
}

async function costOf(product: Product, handshake: string): Promise<Cost> {
  const receive = product.cloud.lambda('receive');
  const cost = async (webhooks: Iterable<Outgoing>): Promise<number | undefined> => {
    const before = cpuMsOf(receive.pids);
    const { length } = await postFromConnections(product.cloud.url, webhooks, {
      connections: receive.pids.length,
      patienceMs: PATIENCE_MS,
    });
    const after = cpuMsOf(receive.pids);
    return before === undefined || after === undefined ? undefined : (after - before) / length;
  };
  const attempts = (kind: Kind, count: number) => first(count, attemptsOf(kind, handshake));
  return {
    accepted: await cost(webhooksOf(handshake, 'cost', COSTED)),
    refused: await cost(attempts('random', COSTED)),
    refusedLarge: await cost(attempts('200 kB', COSTED_LARGE)),
  };
}

type Items = Map<string, unknown>;

async function allItems(product: Product): Promise<Items> {
  const items: Items = new Map();
  for await (const item of itemsOf(product.cloud)) items.set(`${item.pk} ${item.sk}`, item);
  return items;
}

/** Items that are new, gone or different. */
function changesIn(before: Items, after: Items): number {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].filter((key) => !isDeepStrictEqual(before.get(key), after.get(key))).length;
}

async function recordsIn(product: Product): Promise<Set<string>> {
  const ids = new Set<string>();
  const start = webhookSk('');
  for await (const { sk } of itemsOf(product.cloud))
    if (sk.startsWith(start)) ids.add(sk.slice(start.length));
  return ids;
}

/** How fast webhooks were answered, in ms. */
export function answersOf(posted: readonly Posted[]): { p50Ms: number; p99Ms: number; slowestMs: number } {
  const tally = new WebhookTally();
  for (const { delivery } of posted) tally.add(delivery);
  return tally.counts();
}
