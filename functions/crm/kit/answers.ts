import * as z from 'zod/mini';
import { text } from '../answers.ts';

/** A list's end, or where its next page begins. */
const pagination = z.union([
  z.object({ has_next_page: z.literal(false) }),
  z.object({ has_next_page: z.literal(true), end_cursor: z.string().check(z.minLength(1)) }),
]);

export type Pagination = z.output<typeof pagination>;

const subscriber = z.object({
  id: text,
  email_address: text,
  first_name: text,
  /** Every custom field of the account by its key; null where the subscriber has no value. */
  fields: z.record(z.string(), text),
});

export type SubscriberAnswer = z.output<typeof subscriber>;

/** `GET` and `PUT /subscribers/{id}`, `POST /subscribers` */
export const oneSubscriber = z.object({ subscriber });

/** `GET /subscribers`, from which ids are taken: nothing may be left out, so that no change is skipped. */
export const subscriberIds = z.object({ subscribers: z.array(z.object({ id: text })), pagination });

/** `GET /subscribers` with an address */
export const subscribersByEmail = z.object({
  subscribers: z.array(z.object({ id: text, email_address: text })),
});

/** `GET /subscribers/{id}/tags` and `GET /tags` */
export const tagPage = z.object({ tags: z.array(z.object({ id: text })), pagination });

const webhook = z.object({
  id: text,
  target_url: z.string(),
  /** Its name is without `subscriber.` here, with which it is made. */
  event: z.object({ name: z.string(), tag_id: text }),
});

export type WebhookAnswer = z.output<typeof webhook>;

/** `GET /webhooks` */
export const webhookPage = z.object({ webhooks: z.array(webhook), pagination });

/** `POST /webhooks` */
export const oneWebhook = z.object({ webhook: z.object({ id: text }) });
