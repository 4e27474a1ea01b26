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
