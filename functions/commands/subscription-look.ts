import type { Apply } from '../jobs/apply.ts';
import { lookAtSubscription } from '../payments/look-at-subscription.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** What follows when a payment provider tells of a subscription, or when one is to end. */
export const definition = defineCommand({
  name: 'subscription_look',
  internal: true,
  summary: 'Ask the payment provider how a subscription stands, and have member, tags and site follow.',
  handling: 'queue',
  parameters: {
    provider: identifier('The payment provider.'),
    id: identifier("The provider's id of the subscription."),
  },
  whenToUse: "Never by yourself: a payment provider's webhook or a subscription's end starts it.",
});

export const apply: Apply<typeof definition> = (job, world) => lookAtSubscription(job, job.parameters, world);
