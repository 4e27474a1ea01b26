import * as z from 'zod/mini';
import { defineProvider, productSettings } from '../definition.ts';
import type { PaymentProvider } from '../provider.ts';
import { cannot } from './cannot.ts';
import { credentials } from './credentials.ts';

export const definition = defineProvider({
  name: 'paypal',
  title: 'PayPal',
  product: productSettings(
    'paypal',
    z.string().check(z.regex(/^P-\w+$/, 'must be the id of a PayPal billing plan: P-…')),
  ),
  cannot,
  credentials,
  open: async (opening): Promise<PaymentProvider> => new (await import('./client.ts')).PayPal(opening),
});
