import * as z from 'zod/mini';
import { listOf, text } from '../answers.ts';

const contact = z.object({
  id: text,
  email: text,
  firstName: text,
  lastName: text,
  phone: text,
  deleted: text,
  /** In answers with `include`: the ids of what is side-loaded for this contact. */
  fieldValues: z.optional(z.array(text)),
  contactTags: z.optional(z.array(text)),
});
const fieldValue = z.object({ id: text, contact: text, field: text, value: text });
const contactTag = z.object({ id: text, contact: text, tag: text });

export type ContactAnswer = z.output<typeof contact>;
export type FieldValueAnswer = z.output<typeof fieldValue>;
export type ContactTagAnswer = z.output<typeof contactTag>;

/** `GET /contacts/{id}`: side-loads the field values, but not the tags. */
export const oneContact = z.object({ contact, fieldValues: z.optional(z.array(fieldValue)) });

/** `GET /contacts/{id}/contactTags` */
export const tagsOfContact = z.object({ contactTags: z.array(contactTag) });

/** `GET /contacts` with `include` */
export const contactList = z.object({
  contacts: listOf(contact),
  fieldValues: z.optional(listOf(fieldValue)),
  contactTags: z.optional(listOf(contactTag)),
});

/** `GET /contacts` for what changed: here nothing may be left out, so that nothing is skipped. */
export const changedContacts = z.object({ contacts: z.array(z.object({ id: text, udate: text })) });

/** `GET /contacts/{id}/contactAutomations` */
export const automationsOfContact = z.object({
  contactAutomations: z.array(z.object({ automation: text, adddate: text })),
});

/** `POST /contact/sync` */
export const syncedContact = z.object({ contact: z.object({ id: text }) });

const webhook = z.object({
  id: text,
  url: text,
  /** Of a webhook of others, it does not matter if this is not as documented. */
  events: z.catch(listOf(text), []),
  sources: z.catch(listOf(text), []),
  /** The list that it is limited to; 0 for none. */
  listid: text,
});

export type WebhookAnswer = z.output<typeof webhook>;

/** `GET /webhooks`: nothing may be left out, so that nothing is made twice. */
export const webhookPage = z.object({ webhooks: z.array(webhook) });

/** `POST /webhooks` */
export const oneWebhook = z.object({ webhook: z.object({ id: text }) });

/** `GET /tags`: nothing may be left out, so that no name is taken for a new one. */
export const tagPage = z.object({ tags: z.array(z.object({ id: text, tag: z.string() })) });

/** `POST /import/bulk_import` */
export const queuedImport = z.object({ batchId: z.string() });

/** `GET /import/info`: ids of those who were made or updated, addresses of those who were refused. */
export const importState = z.object({
  status: text,
  success: z._default(z.array(text), []),
  failure: z._default(z.array(text), []),
});
