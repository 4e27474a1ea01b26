import * as z from 'zod/mini';
import { apiUrl, headerText } from '../../crm/definition.ts';

/** What the site's SSM parameter `paypal` holds. */
export const credentials = z.object({
  /** Of the sandbox: https://api-m.sandbox.paypal.com */
  url: z._default(apiUrl, 'https://api-m.paypal.com'),
  clientId: headerText,
  clientSecret: headerText,
  /** The id of the site's webhook at PayPal, which its signatures are made with; without it no event is taken. */
  webhookId: z.optional(headerText),
});

export type PayPalCredentials = z.output<typeof credentials>;
