import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_fieldop',
  summary: 'Run a custom operation that the site has set up, such as adding gamification points.',
  handling: 'queue',
  parameters: {
    operationId: identifier('The operation, as the site config names it.'),
  },
  whenToUse:
    'A contact did something that changes fields or tags by a rule of your own: points for a lesson, a renewal date.',
});
