import type { Apply } from '../jobs/apply.ts';
import { deleteTeam } from '../teams/delete-team.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_deleteteam',
  summary:
    'Remove the leader and all members from a team program and apply the revoke tags; the contacts stay.',
  handling: 'queue',
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
  },
  whenToUse: "A group plan ended. The contact is the team's leader.",
});

export const apply: Apply<typeof definition> = (job, world) => deleteTeam(job, job.parameters.teamId, world);
