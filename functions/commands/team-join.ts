import type { Apply } from '../jobs/apply.ts';
import { joinTeam } from '../teams/join-team.ts';
import { markOf } from '../teams/once.ts';
import { followUp } from '../teams/role-tags.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** A command of Latchkey's own: AccessAlly has people join on its pages. */
export const definition = defineCommand({
  name: 'team_join',
  summary: 'Give this contact a seat in a team and apply the member tags; rejected when the team is full.',
  ofNoPlugin: true,
  handling: 'queue',
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
    leaderId: identifier("The CRM's id of the contact that leads the team."),
  },
  whenToUse: 'Somebody whom the CRM knows joins a team. The contact is the one who joins.',
});

export const apply: Apply<typeof definition> = async (job, world) => {
  const { contactId, id: by, receivedAt: askedAt, parameters } = job;
  const { teamId: program, leaderId: leader } = parameters;
  const joined = await joinTeam(world.site, { program, leader, contactId, by, askedAt }, markOf(job));
  return followUp(job, joined, world);
};
