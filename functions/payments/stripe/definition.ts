import * as z from 'zod/mini';
import { defineProvider, productSettings } from '../definition.ts';
import { credentials } from './credentials.ts';

export const definition = defineProvider({
  name: 'stripe',
  title: 'Stripe',
  product: productSettings(
    'stripe',
    z.string().check(z.regex(/^prod_\w+$/, 'must be the id of a Stripe product: prod_…')),
  ),
  cannot: {},
  credentials,
  open: async (opening) => new (await import('./client.ts')).Stripe(opening),
});
