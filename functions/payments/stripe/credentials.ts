import * as z from 'zod/mini';
import { apiUrl, headerText } from '../../crm/definition.ts';

/** What the site's SSM parameter `stripe` holds. */
export const credentials = z.object({
  url: z._default(apiUrl, 'https://api.stripe.com'),
  /** A restricted key is enough; the README names its permissions. */
  key: headerText,
  /** The signing secrets of the site's webhook endpoint; two while one is rolled. */
  webhookSecrets: z._default(z.array(headerText), []),
});

export type StripeCredentials = z.output<typeof credentials>;
