import * as z from 'zod/mini';
import { fieldId } from '../platform/config-parts.ts';

const percentOff = z.strictObject({ percentOff: z.number().check(z.positive(), z.lte(100)) });

const amountOff = z.strictObject({
  /** In the currency's smallest unit, such as cents. */
  amountOff: z.int().check(z.positive()),
  currency: z.string().check(z.regex(/^[A-Z]{3}$/, 'must be three capitals, as ISO 4217 has them: USD')),
});

/** A promotion of a site: what aal_createcoupon makes codes of. */
export const promotionSchema = z.strictObject({
  /** Where the code is used. PayPal has no promotion codes. */
  provider: z._default(z.literal('stripe'), 'stripe'),
  /** What a code takes off one purchase. */
  discount: z.union([percentOff, amountOff]),
  /** How long a code is good. */
  expiresAfterDays: z.int().check(z.gte(1), z.lte(365)),
  /** Custom field (its id) that holds the member's code while it is good. */
  field: fieldId,
  /** What its codes begin with. */
  prefix: z._default(
    z
      .string()
      .check(
        z.regex(/^[A-HJKMNP-Z2-9]{0,12}$/, 'up to 12 of A-Z and 2-9, without I, L and O, which are misread'),
      ),
    '',
  ),
});

export type Promotion = z.output<typeof promotionSchema>;
