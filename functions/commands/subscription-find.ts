import type { Apply } from '../jobs/apply.ts';
import { findOwner } from '../payments/find-owner.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** What follows when a payment provider tells of a subscription that is not known yet. */
export const definition = defineCommand({
  name: 'subscription_find',
  internal: true,
  summary: 'Find the contact that a subscription belongs to, and look at it from then on.',
  handling: 'queue',
  parameters: {
    provider: identifier('The payment provider.'),
    id: identifier("The provider's id of the subscription."),
  },
  whenToUse: "Never by yourself: a payment provider's webhook starts it.",
});

export const apply: Apply<typeof definition> = (job, world) => findOwner(job, job.parameters, world);
