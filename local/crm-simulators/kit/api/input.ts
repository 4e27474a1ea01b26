import * as z from 'zod/mini';
import { idInput } from '../../input.ts';
import { STATES } from '../states.ts';

const fields = z.optional(z.record(z.string(), z.nullable(z.string())));

/** `POST /subscribers` */
export const newSubscriber = z.object({
  email_address: z.string(),
  first_name: z.optional(z.nullable(z.string())),
  state: z.optional(z.enum(STATES)),
  fields,
});

/** `PUT /subscribers/{id}`: what is absent stays. */
export const subscriberChanges = z.object({
  email_address: z.optional(z.string()),
  first_name: z.optional(z.nullable(z.string())),
  fields,
});

/** `POST /webhooks` */
export const newWebhook = z.object({
  target_url: z.url({ protocol: /^https?$/ }),
  event: z.object({
    name: z.string(),
    tag_id: z.optional(z.nullable(idInput)),
    custom_field_id: z.optional(z.nullable(idInput)),
  }),
});
