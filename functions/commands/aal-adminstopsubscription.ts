import type { Apply } from '../jobs/apply.ts';
import { stopSubscription } from '../payments/stop-subscription.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_adminstopsubscription',
  summary: 'Pause the charges of a subscription, access unchanged; not for PayPal.',
  handling: 'queue',
  parameters: {
    productId: identifier('The product, as the site config names it.'),
  },
  whenToUse: 'You want to pause billing without touching access.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  stopSubscription(job, job.parameters.productId, world);
