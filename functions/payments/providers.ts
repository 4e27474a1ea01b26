// Generated from the files of this folder by `npm run generate`: change those.
import * as z from 'zod/mini';
import { definition as paypal } from './paypal/definition.ts';
import { definition as stripe } from './stripe/definition.ts';

/** Every payment provider that products can be sold through. */
export const providers = [paypal, stripe] as const;

/** A product of a site's `products` in the config. */
export const productSchema = z.discriminatedUnion('provider', [
  paypal.product,
  stripe.product,
]);
