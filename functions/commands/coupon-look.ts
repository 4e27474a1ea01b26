import type { Apply } from '../jobs/apply.ts';
import { lookAtCoupon } from '../payments/look-at-coupon.ts';
import { defineCommand } from './definition.ts';
import { identifier } from './parameters.ts';

/** What follows when a promotion code expires, or when its provider tells that it was used. */
export const definition = defineCommand({
  name: 'coupon_look',
  internal: true,
  summary: "Take a promotion code that is used or expired out of its contact's field.",
  handling: 'queue',
  parameters: {
    provider: identifier('The payment provider.'),
    id: identifier("The provider's id of the promotion code."),
  },
  whenToUse: "Never by yourself: the code's expiry or a payment provider's webhook starts it.",
});

export const apply: Apply<typeof definition> = (job, world) => lookAtCoupon(job, job.parameters, world);
