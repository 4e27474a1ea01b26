import type { Apply } from '../jobs/apply.ts';
import { runInteraction } from '../teams/run-interaction.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_teamops',
  summary: 'Run a team interaction: tags or a custom operation on each person of the team.',
  handling: 'queue',
  adds: true,
  parameters: {
    teamId: identifier('The team program, as the site config names it.'),
    opId: identifier('The interaction, as the team program names it.'),
  },
  whenToUse: "Something concerns a whole team at once. The contact is the team's leader.",
});

export const apply: Apply<typeof definition> = runInteraction;
