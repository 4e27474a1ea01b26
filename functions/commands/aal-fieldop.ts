import type { Apply } from '../jobs/apply.ts';
import { runOperation } from '../operations/run-operation.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_fieldop',
  summary: 'Run a custom operation that the site has set up, such as adding gamification points.',
  handling: 'queue',
  adds: true,
  parameters: {
    operationId: identifier('The operation, as the site config names it.'),
  },
  whenToUse:
    'A contact did something that changes fields or tags by a rule of your own: points for a lesson, a renewal date.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  runOperation(job, job.parameters.operationId, world);
