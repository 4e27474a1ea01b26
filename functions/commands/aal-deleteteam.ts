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
