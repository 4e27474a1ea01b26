import type { Apply } from '../jobs/apply.ts';
import { revokeSubscription } from '../payments/revoke-subscription.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_revokesubscription',
  summary: 'Stop a subscription at once and apply the revoke tags.',
  handling: 'queue',
  parameters: {
    productId: identifier('The product, as the site config names it.'),
  },
  whenToUse: 'Access must end now, for example after a refund.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  revokeSubscription(job, job.parameters.productId, world);
