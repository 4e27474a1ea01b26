import type { Apply } from '../jobs/apply.ts';
import { chargeSubscription } from '../payments/charge-subscription.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_chargesubscription',
  summary: 'Collect the outstanding balance of a subscription; not for PayPal.',
  handling: 'queue',
  adds: true,
  parameters: {
    productId: identifier('The product, as the site config names it.'),
  },
  whenToUse: 'A member updated a card and open invoices should be paid now.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  chargeSubscription(job, job.parameters.productId, world);
