import type { Apply } from '../jobs/apply.ts';
import { initiateTeam } from '../teams/initiate-team.ts';
import { followUp } from '../teams/role-tags.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_initiateteam',
  summary: 'Create a team in a team program, with this contact as its leader.',
  handling: 'queue',
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
  },
  whenToUse: 'Somebody bought a group plan.',
});

export const apply: Apply<typeof definition> = async (job, world) =>
  followUp(job, await initiateTeam(job, job.parameters.teamId, world.site), world);
