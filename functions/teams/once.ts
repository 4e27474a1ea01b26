import type { Job } from '../jobs/apply.ts';
import { planPart, readPlan } from '../store/plans.ts';
import { writeTogether } from '../store/table.ts';
import type { Parts } from '../store/team-changes.ts';
import { untilWritten } from '../store/until-written.ts';

/** What makes a change of a team happen once: it is written together with it, and found by a later try. */
export type Mark<Decision> = {
  /** The decision of an earlier try, where it is known already. */
  known?: Decision | undefined;
  /** The parts that are written with the change. */
  parts(decision: Decision): Parts;
  /** Reads the decision that was written, by ourselves too. */
  found(): Promise<Decision | undefined>;
};

/** The mark of a job: its plan. */
export const markOf = <Decision>(job: Job<unknown>): Mark<Decision> => ({
  known: job.plan as Decision | undefined,
  parts: (decision) => [planPart(job, decision)],
  found: () => readPlan<Decision>(job),
});

/** A decision, and the parts that make it so; without parts there is nothing to change. */
export type Proposal<Decision> = { decision: Decision; parts?: Parts };

/**
 * Decides on how things stand, and writes what that changes together with the mark, in one transaction. Where
 * others changed things meanwhile, it is decided again; where an earlier try has done it, that stands.
 * @param propose reads how things stand; may throw `TeamRule`
 */
export async function once<Decision>(
  what: string,
  mark: Mark<Decision>,
  propose: () => Promise<Proposal<Decision>>,
): Promise<Decision> {
  if (mark.known !== undefined) return mark.known;
  return untilWritten(what, async () => {
    const { decision, parts } = await propose();
    if (!parts) return decision;
    try {
      if (await writeTogether([...parts, ...mark.parts(decision)])) return decision;
    } catch (error) {
      const written = await mark.found(); // though no answer came
      if (written === undefined) throw error;
      return written;
    }
    return mark.found(); // our own write, whose answer was lost, looks like somebody else's
  });
}
