import type { Apply } from '../jobs/apply.ts';
import { changeTags } from '../members/change-tags.ts';
import { runOperation } from '../operations/run-operation.ts';
import { interactionOf } from '../teams/interaction-of.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** What aal_teamops starts for each person of a team. */
export const definition = defineCommand({
  name: 'team_interaction',
  internal: true,
  summary: 'Run a team interaction on one person of the team.',
  handling: 'queue',
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
    opId: identifier('The interaction, as the team program names it.'),
  },
  whenToUse: 'Never by yourself: aal_teamops starts it.',
});

export const apply: Apply<typeof definition> = async (job, world) => {
  const { teamId, opId } = job.parameters;
  const { tags, operation } = interactionOf(world.site, teamId, opId);
  if (operation !== undefined) return runOperation(job, operation, world);
  if (tags) await changeTags(job.contactId, tags, world);
  return 'tags of the interaction applied';
};
