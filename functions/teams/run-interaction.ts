import pMap from 'p-map';
import { definition as personCommand } from '../commands/team-interaction.ts';
import type { Job, TimedWorld } from '../jobs/apply.ts';
import { startJob } from '../jobs/start-job.ts';
import type { Site } from '../platform/config.ts';
import { OutOfTime } from '../platform/errors.ts';
import { storePlan, updatePlan } from '../store/plans.ts';
import { type Person, readFormer, readPeople } from '../store/teams.ts';
import { interactionOf } from './interaction-of.ts';
import type { Interaction } from './program.ts';
import { openTeamLedBy } from './team-led-by.ts';

/** Which team, and how far its people are. */
type Plan = {
  team: string;
  next: 'leader' | 'members' | 'former' | 'nobody';
  /** The `next` of the page that was last. */
  after?: string;
  people: number;
};

const PAGE = 100; // people whose jobs are started before the place in the list is noted
const AT_ONCE = 25; // jobs started side by side, each two AWS calls
const TIME_FOR_ONE_PAGE_MS = 10_000;

/**
 * Runs an interaction on each person who was in the team when the webhook arrived, as a job of that person's
 * own: so it runs once for each, in order with the person's other jobs, and its outcome has its own record.
 * @returns what was done, in words
 * @throws Rejected where there is no such team or interaction, OutOfTime where another invocation has to go on
 */
export async function runInteraction(
  job: Job<{ teamId: string; opId: string }>,
  world: TimedWorld,
): Promise<string> {
  const { site } = world;
  const { teamId: program, opId } = job.parameters;
  const interaction = interactionOf(site, program, opId);
  let plan = (job.plan as Plan | undefined) ?? (await storePlan(job, await begin(job, interaction, site)));
  while (plan.next !== 'nobody') {
    if (world.remainingMs() < TIME_FOR_ONE_PAGE_MS)
      throw new OutOfTime(`the interaction was started for ${plan.people} people so far`);
    const { people, following } = await pageOf(plan, job, interaction);
    const present = people.filter(({ since }) => since <= job.receivedAt);
    await pMap(present, ({ contactId }) => startFor(contactId, job, site), { concurrency: AT_ONCE });
    plan = { team: plan.team, people: plan.people + present.length, ...following };
    if (plan.next !== 'nobody') await updatePlan(job, plan);
  }
  return `started for ${plan.people} people, each with a record of its own`;
}

async function begin(job: Job<{ teamId: string }>, interaction: Interaction, site: Site): Promise<Plan> {
  const { contactId, parameters } = job;
  const { team } = await openTeamLedBy(site, contactId, parameters.teamId);
  return { team, next: interaction.for === 'members' ? 'members' : 'leader', people: 0 };
}

/** The people that are next, and what comes then. Those who left meanwhile come last: none slips through. */
async function pageOf(
  { team, next, after }: Plan,
  { site, contactId, receivedAt }: Job<unknown>,
  interaction: Interaction,
): Promise<{ people: Person[]; following: Pick<Plan, 'next' | 'after'> }> {
  if (next === 'leader') {
    const following = { next: interaction.for === 'leader' ? 'nobody' : 'members' } as const;
    return { people: [{ contactId, since: '' }], following };
  }
  const page =
    next === 'members'
      ? await readPeople(site, team, { limit: PAGE, after })
      : await readFormer(site, team, { limit: PAGE, leftAfter: after ?? receivedAt });
  if (page.next !== undefined) return { people: page.people, following: { next, after: page.next } };
  return { people: page.people, following: { next: next === 'members' ? 'former' : 'nobody' } };
}

async function startFor(
  contactId: string,
  job: Job<{ teamId: string; opId: string }>,
  site: Site,
): Promise<void> {
  const { id, replayOf = id, parameters } = job; // a replay starts nothing again
  const receivedAt = new Date().toISOString();
  const { name: command } = personCommand;
  await startJob(
    { id: `${replayOf}-${contactId}`, site: site.id, command, contactId, parameters, receivedAt },
    site,
  );
}
