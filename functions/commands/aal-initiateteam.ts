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
