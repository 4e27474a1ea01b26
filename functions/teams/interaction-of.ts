import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import type { Interaction } from './program.ts';
import { programOf } from './team-rule.ts';

/**
 * The interaction of a team program that a webhook names.
 * @throws Rejected where the program has no such interaction
 */
export function interactionOf(site: Site, program: string, opId: string): Interaction {
  const { interactions } = programOf(site, program);
  const interaction = Object.hasOwn(interactions, opId) ? interactions[opId] : undefined;
  if (!interaction)
    throw new Rejected(
      `the team program ${program} has no interaction "${opId}": its config names those it has`,
    );
  return interaction;
}
