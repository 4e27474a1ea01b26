import type { Apply } from '../jobs/apply.ts';
import { leaveTeam } from '../teams/leave-team.ts';
import { markOf } from '../teams/once.ts';
import { followUp } from '../teams/role-tags.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_removeteam',
  summary: 'Take this member off a team; the seat returns to the pool.',
  handling: 'queue',
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
  },
  whenToUse: 'One member leaves a team. The contact is that member.',
});

export const apply: Apply<typeof definition> = async (job, world) => {
  const { contactId, id: by, receivedAt: askedAt, parameters } = job;
  const left = await leaveTeam(
    world.site,
    { program: parameters.teamId, contactId, by, askedAt },
    markOf(job),
  );
  return followUp(job, left, world);
};
