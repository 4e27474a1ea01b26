import type { Apply } from '../jobs/apply.ts';
import { createCoupon } from '../payments/create-coupon.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

export const definition = defineCommand({
  name: 'aal_createcoupon',
  summary: "Create a member's own one-time coupon and store its code in a custom field.",
  handling: 'queue',
  adds: true,
  forgetsPlan: true,
  parameters: {
    promoId: identifier('The promotion, as the site config names it.'),
  },
  whenToUse: 'An e-mail offers each contact a code of their own.',
});

export const apply: Apply<typeof definition> = (job, world) =>
  createCoupon(job, job.parameters.promoId, world);
