import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Webhook as Accepted } from '../../../functions/webhooks/webhook.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { type Workers, wireWorkers } from '../../support/workers.ts';
import { type Action, Model, type Request, type Webhook } from './model.ts';
import { importModules, type Modules, Real } from './real.ts';
import type { Seen } from './seen.ts';

/** Here a few, so that every test run has them; `npm run model` plays as many as it is told. */
const RUNS = Number(process.env.MODEL_RUNS ?? 25);
const SEED = process.env.MODEL_SEED === undefined ? {} : { seed: Number(process.env.MODEL_SEED) };

const CONTACTS = ['c0', 'c1', 'c2', 'c3', 'c4'];
const ADDING: readonly string[] = ['update', 'interact'];
const MS_FOR_ONE_RUN = 3_000;

let latchkey: TestLatchkey;
let table: TableAccess;
let modules: Modules;
let workers: Workers;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  table = openTable(latchkey);
  workers = await wireWorkers(latchkey, table);
  modules = await importModules();
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const contact = fc.constantFrom(...CONTACTS);
const leader = fc.constantFrom('c0', 'c1'); // few, so that teams fill
const webhook = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('initiate' as const), contact: leader }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('join' as const), contact, leader }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('remove' as const), contact }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), contact: leader }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('update' as const),
      contact: leader,
      change: fc.constantFrom(-2, -1, 1, 2),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('interact' as const),
      contact: leader,
      with: fc.constantFrom('tell' as const, 'reward' as const, 'thank' as const),
    }),
  },
);
const request = fc.oneof(
  fc.record({ do: fc.constant('site-join' as const), contact, leader }),
  fc.record({ do: fc.constant('site-leave' as const), contact, leader }),
);
const transfer = fc.record({
  do: fc.constant('transfer' as const),
  contact: leader,
  to: contact,
  stays: fc.boolean(),
});

/** Things that happen at once, and how the workers fare that deal with them. */
type Moment = {
  webhooks: readonly { webhook: Webhook; twice: boolean }[];
  requests: Request[];
  /** Requests after which a worker dies; the first two are at work at the same time. */
  deaths: number[];
  /** Before which request the first worker stalls until the second has nothing more to do. */
  stalls: number;
  redelivered: boolean;
};

const death = fc.oneof(
  { weight: 2, arbitrary: fc.constant(Number.POSITIVE_INFINITY) },
  fc.integer({ min: 1, max: 25 }),
);
const deaths = fc.array(death, { minLength: 2, maxLength: 4 });

/** More than there are seats for want one in the same team at the same moment. */
const rush: fc.Arbitrary<Moment> = fc
  .record({
    rivals: fc.shuffledSubarray(CONTACTS.slice(1), { minLength: 4 }),
    deaths,
    stalls: fc.integer({ min: 0, max: 20 }),
    redelivered: fc.boolean(),
  })
  .map(({ rivals, ...moment }) => ({
    ...moment,
    webhooks: rivals
      .slice(2)
      .map((rival) => ({ webhook: { do: 'join', contact: rival, leader: 'c0' } as const, twice: false })),
    requests: rivals.slice(0, 2).map((rival) => ({ do: 'site-join', contact: rival, leader: 'c0' }) as const),
  }));

const moment: fc.Arbitrary<Moment> = fc.oneof(
  { weight: 2, arbitrary: rush },
  {
    weight: 8,
    arbitrary: fc.record({
      webhooks: fc.array(fc.record({ webhook, twice: fc.boolean() }), { minLength: 1, maxLength: 3 }),
      requests: fc.uniqueArray(request, { maxLength: 1 }),
      deaths,
      stalls: fc.integer({ min: 0, max: 20 }),
      redelivered: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      webhooks: fc.constant([]),
      requests: fc.tuple(transfer),
      deaths,
      stalls: fc.integer({ min: 0, max: 20 }),
      redelivered: fc.boolean(),
    }),
  },
);

/** What was done so far, in an order that explains what is seen; 'arrive' before each moment's. */
type History = (Action | 'arrive')[];
type World = { history: History; real: Real; scheduler: fc.Scheduler };

/** One moment: webhooks arrive, requests come, workers work and die, and in the end all of it is done. */
class Happens implements fc.AsyncCommand<History, World> {
  readonly #moment: Moment;

  constructor(happens: Moment) {
    this.#moment = happens;
  }

  check = () => true;
  toString = () =>
    JSON.stringify(this.#moment, (_, value) => (value === Number.POSITIVE_INFINITY ? 'lives' : value));

  async run(_: History, { history, real, scheduler }: World): Promise<void> {
    const { webhooks, requests, deaths, stalls, redelivered } = this.#moment;
    const posted: { action: Webhook; job: Accepted }[] = [];
    for (const { webhook: action, twice } of webhooks) {
      for (let copy = 0; copy < (twice ? 2 : 1); copy++)
        posted.push({ action, job: await real.arrive(action) });
    }
    await aMoment();
    const jobs = posted.map(({ job }) => job);
    const turn = () => scheduler.schedule(Promise.resolve());
    const [, ...answers] = await scheduler.waitFor(
      Promise.all([
        workers.workTwice(jobs, deaths, { turn, stalls }),
        ...requests.map((action) =>
          real.request(action, { diesAfter: deaths[2] ?? Number.POSITIVE_INFINITY, turn }),
        ),
      ]),
    );
    const looks: Seen[] = [];
    const waiting = async () => {
      looks.push(await real.look());
      return looks.at(-1)?.waiting ?? [];
    };
    await workers.workOff(waiting, deaths.slice(3));
    if (redelivered) for (const job of jobs) await workers.deliver(job);
    const seen = (!redelivered && looks.at(-1)) || (await real.look());

    expect(seen.broken).toEqual([]);
    expect(seen.staleCopies).toEqual([]);
    const outcomes = posted.map(({ job }) => seen.stateOf(job));
    const children = seen.records.filter(({ command }) => /^team_(tags|interaction)$/.test(command));
    expect(children.filter(({ state }) => state !== 'applied')).toEqual([]);
    const steps = [
      ...posted.map(({ action }, index) => ({ action, outcome: outcomes[index] })),
      ...requests.map((action, index) => ({ action, outcome: answers[index] as string | undefined })),
    ];
    history.push('arrive', ...explain(history, steps, seen.contacts));
  }
}

/** Times have milliseconds: what follows is later than what was. */
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 2));

type Step = { action: Action; outcome: string | undefined };

/**
 * Finds an order in which the model does the same: the same outcomes, and the same teams, tags and points in the
 * end. Webhooks of one contact keep theirs.
 */
function explain(history: History, steps: readonly Step[], seen: unknown): Action[] {
  const expected = JSON.stringify(seen);
  const counted = steps.filter(({ action, outcome }, index) => {
    const copyOf = steps.findIndex((other) => other.action === action);
    if (outcome !== 'duplicate') return true;
    expect({ action, isCopy: copyOf < index, adds: ADDING.includes(action.do) }).toMatchObject({
      isCopy: true,
      adds: true,
    });
    return false;
  });
  for (const order of orders(counted)) {
    const model = new Model();
    for (const past of history) past === 'arrive' ? model.arrive() : model.take(past);
    model.arrive();
    const fits = order.every(({ action, outcome }) => {
      const would = model.take(action);
      return outcome === undefined || outcome === would;
    });
    if (fits && JSON.stringify(model.seen(CONTACTS)) === expected) return order.map(({ action }) => action);
  }
  throw new Error(`no order explains ${JSON.stringify(steps)} after ${JSON.stringify(history)}: ${expected}`);
}

/** Every order of the steps that keeps that of each contact's webhooks; unanswered requests may have failed. */
function* orders(steps: readonly Step[]): Generator<Step[]> {
  if (steps.length === 0) yield [];
  for (const [index, step] of steps.entries()) {
    const isRequest = isSiteRequest(step.action);
    const overtakes = steps
      .slice(0, index)
      .some(({ action }) => !isRequest && !isSiteRequest(action) && action.contact === step.action.contact);
    if (overtakes) continue;
    const others = steps.toSpliced(index, 1);
    for (const rest of orders(others)) yield [step, ...rest];
    if (isRequest && step.outcome === undefined) yield* orders(others);
  }
}

const isSiteRequest = ({ do: what }: Action): boolean => what.startsWith('site-') || what === 'transfer';

let runs = 0;

test(
  `whatever crashes, repeats and interleaves, teams end as the model says (${RUNS} runs)`,
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.commands([moment.map((happens) => new Happens(happens))], { maxCommands: 6 }),
        fc.scheduler(),
        async (moments, scheduler) => {
          const real = new Real(modules, runs++, CONTACTS);
          await real.begin();
          const history: History = [];
          await fc.asyncModelRun(() => ({ model: history, real: { history, real, scheduler } }), moments);
        },
      ),
      { numRuns: RUNS, ...SEED },
    );
  },
  RUNS * MS_FOR_ONE_RUN + 30_000,
);
