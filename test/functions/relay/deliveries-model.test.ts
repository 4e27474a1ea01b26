import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { Fault } from '../../../local/plugin-simulator/fault.ts';
import { violationsOfOrder } from '../../../local/plugin-simulator/order.ts';
import type { PluginSite } from '../../../local/plugin-simulator/plugin-site.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { hostOf, passThrough } from '../../support/relay.ts';
import {
  lastEventAt,
  type Messages,
  messageOf,
  type RelayWorkers,
  wireRelayWorkers,
} from '../../support/relay-workers.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { readAnswer } from '../../support/webhook-answer.ts';
import { wrongsOf } from './wrongs-of.ts';

/** Here a few, so that every test run has them; `npm run model` plays as many as it is told. */
const RUNS = Number(process.env.MODEL_RUNS ?? 15);
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) };
const MS_FOR_ONE_RUN = 6_000;

const SITE = 'flooded'; // its events keep a distance

let latchkey: TestLatchkey;
let table: TableAccess;
let host: PluginSite;
let workers: RelayWorkers;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false, pluginHost: { answerMs: 2 } });
  table = openTable(latchkey);
  host = hostOf(latchkey, SITE);
  workers = await wireRelayWorkers(latchkey, table);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

type Kind = 'aal_updateuser' | 'aal_genpass' | 'update' | 'contact_tag_added';

/** Posts a webhook. @returns its id */
async function arrive(kind: Kind, contact: string, seq: number): Promise<string> {
  const body = { 'contact[id]': contact, seq: String(seq) };
  if (kind === 'aal_updateuser' || kind === 'aal_genpass') return latchkey.send(SITE, kind, body);
  const event = new URLSearchParams({ ...body, type: kind, tag: 'Gold' });
  return (await readAnswer(await passThrough(latchkey, SITE, '?type=event', { body: event }))).webhook;
}

const fault = fc.constantFrom<Exclude<Fault, { does: 'down' }>>(
  { does: 'answers500' },
  { does: 'answers503' },
  { does: 'answers429', retryAfterSeconds: 1 },
  { does: 'captcha' },
  { does: 'resets', when: 'before' },
  { does: 'resets', when: 'after' },
  { does: 'final4xx', status: 404 },
);
const death = fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.integer({ min: 1, max: 25 }));

const one = <T>(weight: number, value: T) => ({ weight, arbitrary: fc.constant(value) });

/** Mostly such as may be joined, for one contact. */
const webhook = fc.record({
  kind: fc.oneof(
    one<Kind>(4, 'aal_updateuser'),
    one<Kind>(4, 'update'),
    one<Kind>(1, 'aal_genpass'),
    one<Kind>(1, 'contact_tag_added'),
  ),
  contact: fc.oneof(one(4, 'a'), one(1, 'b')),
});

/** Webhooks that come at once, how their site fares, and after which requests the two workers at them die. */
const moment = fc.record({
  webhooks: fc.array(webhook, { minLength: 1, maxLength: 4 }),
  faults: fc.array(fc.option(fault, { nil: undefined }), { maxLength: 4 }),
  deaths: fc.tuple(death, death),
  stalls: fc.integer({ min: 0, max: 20 }),
});
type Moment = typeof moment extends fc.Arbitrary<infer Value> ? Value : never;

/** The webhooks of one run: those on the queue, and what the deaths of their workers cut off. */
class Run {
  readonly #prefix: string;
  readonly #messages: Messages = new Set();
  readonly #cuts = new Map<string, number>();
  #arrived = 0;

  constructor(number: number) {
    this.#prefix = `run${number}-`;
  }

  /** One moment: webhooks arrive, and two workers are at what waits, one from each end. */
  async happens({ webhooks, faults, deaths, stalls }: Moment, turn: () => Promise<unknown>): Promise<void> {
    for (const { kind, contact } of webhooks) {
      const id = await arrive(kind, this.#prefix + contact, ++this.#arrived);
      const record = (await this.records()).find((each) => each.id === id);
      if (record) this.#messages.add(messageOf(record));
    }
    const played = host.play(faults.map((each) => ({ forRequests: 1, ...(each && { fault: each }) })));
    const all = [...this.#messages];
    const second = workers.work(all.toReversed(), this.#messages, { diesAfter: deaths[1], turn });
    let requests = 0;
    const stalling = () => (++requests === stalls ? second : turn());
    const first = workers.work(all, this.#messages, { diesAfter: deaths[0], turn: stalling });
    await Promise.all([first, second]);
    await host.setFault();
    await Promise.all([played, host.idle()]);
    for (const { id, state, heldUntil } of await this.records())
      if (state === 'queued' && heldUntil) this.#cuts.set(id, (this.#cuts.get(id) ?? 0) + 1);
    await workers.letTimePass(SITE, await this.records());
  }

  /** Living workers do what is left; what then waits, waits for its date alone, which comes. */
  async ends(): Promise<void> {
    for (;;) {
      await workers.workOff(SITE, this.#messages, () => this.records());
      const parked = (await this.records()).filter(({ state }) => state === 'queued');
      expect(parked.filter(({ dueAt, pendingAt }) => dueAt !== pendingAt)).toEqual([]);
      if (parked.length === 0) return;
      for (const record of parked) {
        await lastEventAt(table, record, new Date(0));
        this.#messages.add(messageOf(record));
      }
    }
  }

  /** What is wrong with it, now that it is over. */
  async wrongs(): Promise<unknown[]> {
    const requests = host.requests.filter(({ contactId }) => contactId?.startsWith(this.#prefix));
    const seen = wrongsOf({ records: await this.records(), requests, cuts: this.#cuts });
    return [...seen, ...violationsOfOrder(requests)];
  }

  async records(): Promise<WebhookRecord[]> {
    const all = ['a', 'b'].map((contact) => latchkey.records(SITE, this.#prefix + contact));
    return (await Promise.all(all)).flat();
  }
}

let runs = 0;

test(
  `whatever dies, fails and interleaves, webhooks are relayed in order and no more often than it takes (${RUNS} runs)`,
  async () => {
    const play = fc.asyncProperty(
      fc.array(moment, { minLength: 1, maxLength: 4 }),
      fc.scheduler(),
      async (moments, scheduler) => {
        const run = new Run(runs++);
        const turn = () => scheduler.schedule(Promise.resolve());
        for (const each of moments) await scheduler.waitFor(run.happens(each, turn));
        await run.ends();
        expect(await run.wrongs()).toEqual([]);
      },
    );
    await fc.assert(play, { numRuns: RUNS, ...SEED });
  },
  RUNS * MS_FOR_ONE_RUN + 30_000,
);
