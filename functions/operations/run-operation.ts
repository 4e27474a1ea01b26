import { DateTime } from 'luxon';
import { fieldValuesOf } from '../crm/open-crm.ts';
import type { Job, World } from '../jobs/apply.ts';
import { changeTags } from '../members/change-tags.ts';
import { syncMember } from '../members/sync-member.ts';
import { writeFields } from '../members/write-fields.ts';
import { Rejected } from '../platform/errors.ts';
import { storePlan, updatePlan } from '../store/plans.ts';
import { type Effect, inWords } from './effects.ts';
import { planSteps } from './plan-steps.ts';

/** What an operation does to its contact, and how far that has come. */
type Plan = {
  effects: Effect[];
  /** Effects that are done. */
  done: number;
  /** ISO time at which the automation that is next was to be started. */
  startingSince?: string;
};

/**
 * Runs a custom operation of the site on the job's contact. What it does is worked out once, on the contact as
 * the CRM has it now, and stored before anything is written: ten points stay ten points, however often a crash
 * has it repeated.
 * @param name of the operation, in the site's config
 * @returns what it did, in words
 * @throws Rejected where the site has no such operation, or a step cannot be done to this contact
 */
export async function runOperation(job: Job<unknown>, name: string, world: World): Promise<string> {
  const plan = (job.plan as Plan | undefined) ?? (await storePlan(job, await makePlan(job, name, world)));
  if (job.replayOf !== undefined && plan.done < plan.effects.length) await refuseOldPlan(plan, job, world);
  while (plan.done < plan.effects.length) {
    try {
      await carryOut(plan.effects[plan.done] as Effect, job, plan, world);
    } catch (error) {
      throw withWhatWasDone(error, plan);
    }
    plan.done++;
    delete plan.startingSince;
    if (plan.done < plan.effects.length) await updatePlan(job, plan);
  }
  return inWords(plan.effects);
}

/** Says with a refusal of the CRM what stands even so: the effects before it. */
function withWhatWasDone(error: unknown, { effects, done }: Plan): unknown {
  if (!(error instanceof Rejected) || done === 0) return error;
  return new Rejected(
    `${inWords(effects.slice(0, done))}; what comes then the CRM refused: ${error.message}`,
  );
}

async function makePlan(job: Job<unknown>, name: string, world: World): Promise<Plan> {
  const { site } = world;
  const steps = Object.hasOwn(site.operations, name) ? site.operations[name] : undefined;
  if (!steps) throw new Rejected(`the site has no operation "${name}": its config names those it has`);
  const contact = await syncMember(job, world);
  const now = DateTime.now().setZone(site.timeZone);
  return { effects: planSteps(steps, contact, { now, values: fieldValuesOf(site) }), done: 0 };
}

/**
 * Keeps a replay from writing over what others wrote since the first try: a plan holds absolute values, and the
 * contact's later jobs did not wait for it.
 * @throws Rejected where a field holds neither what it held then nor what the plan gives it
 */
async function refuseOldPlan({ effects, done }: Plan, job: Job<unknown>, world: World): Promise<void> {
  const contact = await syncMember(job, world);
  for (const effect of effects.slice(done)) {
    if (!('fields' in effect)) continue;
    for (const [field, { was, value }] of Object.entries(effect.fields)) {
      if (![was, value].includes(contact.fields[field] ?? ''))
        throw new Rejected(`field ${field} was changed since this was decided: set it by hand`);
    }
  }
}

async function carryOut(effect: Effect, job: Job<unknown>, plan: Plan, world: World): Promise<void> {
  const { contactId } = job;
  if ('fields' in effect) return writeFields(contactId, effect.fields, world);
  if ('addTags' in effect) return changeTags(contactId, { add: effect.addTags, remove: [] }, world);
  if ('removeTags' in effect) return changeTags(contactId, { add: [], remove: effect.removeTags }, world);
  // Only where an earlier try may have started it does the CRM have to be asked whether it did.
  const since = plan.startingSince;
  if (since === undefined) await updatePlan(job, { ...plan, startingSince: new Date().toISOString() });
  await world.crm.startAutomation(contactId, effect.automation, since);
}
