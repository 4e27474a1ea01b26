import type { Apply } from '../jobs/apply.ts';
import { cancelSubscription } from '../payments/cancel-subscription.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_cancelsubscription',
  summary: 'Stop further charges; access lasts to the end of the paid period.',
  handling: 'queue',
  parameters: {
    productId: identifier('The product, as the site config names it.'),
  },
  whenToUse: 'A member asked to cancel.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  cancelSubscription(job, job.parameters.productId, world);
