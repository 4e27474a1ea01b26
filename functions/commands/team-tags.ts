import type { Apply } from '../jobs/apply.ts';
import type { RoleChange } from '../teams/role-change.ts';
import { followUp } from '../teams/role-tags.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** What follows when the site API has changed who is in a team. */
export const definition = defineCommand({
  name: 'team_tags',
  internal: true,
  summary: "Bring a contact's tags in line with its role in a team, after the site has changed that.",
  handling: 'queue',
  parameters: {
    program: identifier('The team program, as the site config names it.'),
    team: identifier('The team, by its id.'),
    from: identifier('The role that it had: leader, member or none.'),
    to: identifier('The role that it has: leader, member or none.'),
    by: identifier('The request that changed it.'),
  },
  whenToUse: 'Never by yourself: the site API starts it.',
});

export const apply: Apply<typeof definition> = (job, world) => {
  const { contactId, parameters } = job;
  const change = { contactId, ...parameters } as RoleChange;
  const words = `${change.from} → ${change.to} in ${change.program}`;
  return followUp(job, { words, changes: [change] }, world);
};
