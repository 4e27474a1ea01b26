import { setTimeout as wait } from 'node:timers/promises';
import pMap from 'p-map';
import type { Step } from '../local/plugin-simulator/fault.ts';
import type { History } from './history/history.ts';
import { noteTeams } from './history/note-table.ts';
import type { Rush } from './plan/good-webhooks.ts';
import type { ClockChange, PlannedFaults } from './plan/plan-faults.ts';
import type { PlannedWebhooks } from './plan/plan-webhooks.ts';
import type { PlannedWebhook } from './plan/webhook.ts';
import { Random } from './random.ts';
import { PROGRAM, SITES } from './sites.ts';
import { nameOf, simulatorOf, versionIn } from './world/people.ts';
import { kill, killAll } from './world/processes.ts';
import type { Sender } from './world/sender.ts';
import { askApi, visit } from './world/site-api.ts';
import type { Table } from './world/table.ts';
import type { World } from './world/world.ts';

/** Longer than a dead worker's hold on a job, so that what it left half done is tried again while things still fail. */
const LEAP_MS = 100_000;
const SWEEP_EVERY_MS = 6_000;
const RECONCILE_EVERY_MS = 20_000;
const VISIT_EVERY_MS = 1_300;
const VISITED_AFTERWARDS = 0.6;
const LOOK_AT_TEAMS_EVERY_MS = 3_000;
/** Webhooks that wait for an answer at once: fewer than processes that take them, of which Lambda would have any number. */
const MOST_UNDER_WAY = 9;

export type Storm = {
  world: World;
  history: History;
  table: Table;
  sender: Sender;
  webhooks: PlannedWebhooks;
  faults: PlannedFaults;
  seed: number;
  forMs: number;
};

/** Posts all webhooks while everything goes wrong that is planned to. Ends when the last one has its answer. */
export async function storm(of: Storm): Promise<void> {
  const { world, history, faults, forMs } = of;
  const { cloud } = world;
  world.proxies.storm(faults.phases);
  void world.product.plugins.get('relayed')?.play(troubleOfPlugin(of));
  const ended = new AbortController();
  const going = [
    ...faults.kills.map((each) => at(each.atMs, of, () => kill(cloud, each, history))),
    ...faults.clocks.map((each) => at(each.atMs, of, () => setClocks(each, of))),
    ...of.webhooks.rushes.map((each) => at(each.atMs, of, () => rushInto(each, of))),
    ...faults.leaps.map((atMs) => at(atMs, of, () => world.leap(LEAP_MS))),
    // What is killed in the middle of its run is run again soon.
    every(SWEEP_EVERY_MS, ended.signal, () => cloud.schedules.sweep?.trigger().catch(() => undefined)),
    every(RECONCILE_EVERY_MS, ended.signal, () =>
      cloud.schedules.reconcile?.trigger().catch(() => undefined),
    ),
    every(VISIT_EVERY_MS, ended.signal, visits(of)),
    every(LOOK_AT_TEAMS_EVERY_MS, ended.signal, async () => noteTeams(await of.table.items(), history)),
  ];
  const posted = pMap(of.webhooks.webhooks, (webhook) => at(webhook.atMs, of, () => post(webhook, of)), {
    concurrency: MOST_UNDER_WAY,
  });
  await Promise.all([posted, wait(forMs)]);
  ended.abort();
  await Promise.all(going);
}

/** Somebody edits the contact; then the CRM tells of it; and then, often, its member opens a page. */
async function post(webhook: PlannedWebhook, { world, history, sender, seed }: Storm): Promise<void> {
  const { site, contact, tellsOfEdit, n } = webhook;
  if (tellsOfEdit) edit({ site, contact }, world, history);
  await sender.post(webhook);
  if (tellsOfEdit && new Random(seed, `visit ${n}`).chance(VISITED_AFTERWARDS))
    await visit(world.cloud, { site, contact }, history);
}

/** Its next version: what comes later has a higher one. */
function edit(who: { site: string; contact: string }, { product }: World, history: History): void {
  const { contacts } = simulatorOf(product, who.site);
  const version = versionIn(contacts.get(who.contact)?.firstName) + 1;
  contacts.edit(who.contact, { firstName: nameOf(version) });
  history.add({ what: 'changed', ...who, version });
}

/** What becomes of each, its team shows. */
async function rushInto({ site, leader, who }: Rush, { world }: Storm): Promise<void> {
  const seats = `/v1/teams/${PROGRAM}/${leader}/members`;
  await Promise.all(who.map((contactId) => askApi(world.cloud, site, seats, { contactId })));
}

function setClocks({ aheadMs }: ClockChange, { world, history }: Storm): void {
  const isRight = Object.values(aheadMs).every((ms) => ms === 0);
  for (const [name, ms] of Object.entries(aheadMs)) {
    world.clocks.set(name, ms);
    history.add({ what: 'clock', function: name, aheadMs: ms });
  }
  // Else those with a wrong clock would live on among the others. What takes webhooks is not without a process meanwhile.
  if (isRight)
    killAll(
      world.cloud,
      Object.keys(aheadMs).filter((name) => name !== 'receive'),
    );
}

function visits({ world, webhooks, seed, history }: Storm): () => Promise<void> {
  const random = new Random(seed, 'visits');
  return async () => {
    const { id } = random.pick(SITES.filter(({ relays }) => !relays));
    const contact = random.pick(webhooks.contacts.get(id) ?? []);
    await visit(world.cloud, { site: id, contact: contact.id }, history);
  };
}

/** A plugin's host of the usual kind: mostly well, now and then not, and sometimes it loses an answer. */
function troubleOfPlugin({ seed, forMs }: Storm): Step[] {
  const random = new Random(seed, 'plugin');
  const steps: Step[] = [];
  for (let ms = 0; ms < forMs; ) {
    const forWellMs = random.int(2_000, 6_000);
    const forBadMs = random.int(500, 2_500);
    steps.push({ forMs: forWellMs });
    steps.push({
      forMs: forBadMs,
      fault: random.pick([
        { does: 'answers500' },
        { does: 'answers503' },
        { does: 'slow', ms: 4_000 },
        { does: 'resets', when: 'after' },
        { does: 'resets', when: 'before' },
        { does: 'captcha' },
        { does: 'down' },
        { does: 'hangs' },
      ] as const),
    });
    ms += forWellMs + forBadMs;
  }
  return steps;
}

async function at(ms: number, { history }: Pick<Storm, 'history'>, happens: () => unknown): Promise<void> {
  await wait(Math.max(0, ms - history.elapsed));
  await happens();
}

async function every(ms: number, ended: AbortSignal, happens: () => unknown): Promise<void> {
  while (!ended.aborted) {
    await happens();
    await wait(ms, undefined, { signal: ended }).catch(() => undefined); // its only error is that end
  }
}
