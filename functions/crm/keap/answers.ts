import * as z from 'zod/mini';
import { listOf, text } from '../answers.ts';

const id = z.pipe(text, z.string().check(z.regex(/^\d+$/)));

/** A list, of which null is the empty one. */
const listed = <Item extends z.ZodMiniType>(item: Item) =>
  z.pipe(
    z.nullish(z.array(item)),
    z.transform((items) => items ?? []),
  );

/** One that says nothing where it is absent, so that it has to be there. */
const told = <Item extends z.ZodMiniType>(item: Item) =>
  z.pipe(
    z.nullable(z.array(item)),
    z.transform((items) => items ?? []),
  );

const contact = z.object({
  id,
  given_name: text,
  family_name: text,
  email_addresses: listed(z.object({ email: text, field: text })),
  phone_numbers: listed(z.object({ number: text, field: text })),
  /** Those without a value may come too, with null for it. */
  custom_fields: told(z.object({ id, content: z.optional(z.unknown()) })),
  tag_ids: told(id),
});

export type ContactAnswer = z.output<typeof contact>;

/** `GET /v2/contacts/{id}` */
export const oneContact = contact;

/** `GET /v2/contacts` */
export const contactList = z.object({ contacts: listOf(contact) });

/** `GET /v2/contacts` for what changed: here nothing may be left out, so that nothing is skipped. */
export const changedContacts = z.object({
  contacts: z.array(z.object({ id, update_time: text })),
  next_page_token: text,
});

/** `GET /v2/contacts` with an address */
export const contactsByEmail = z.object({
  contacts: z.array(z.object({ id, email_addresses: listed(z.object({ email: text })) })),
});

/** `PUT /v1/contacts` */
export const savedContact = z.object({ id });

const words = z.record(z.string(), z.string());

/**
 * `POST /v1/contacts/{id}/tags`: a word for each tag, and `POST /v1/tags/{id}/contacts`: one for each contact, by
 * their ids. Which words there are is not documented.
 */
export const tagResults = z.pipe(
  z.union([z.array(words), words]),
  z.transform((results): z.output<typeof words> => Object.assign({}, ...[results].flat())),
);

/** `POST /v2/campaigns/{id}/sequences/{id}:addContacts`: a word for each contact. */
export const sequenceResults = z.object({ add_to_sequence_results: z.record(z.string(), z.string()) });

const hook = z.object({ key: text, eventKey: text, hookUrl: z.string(), status: text });

export type HookAnswer = z.output<typeof hook>;

/** `POST /v1/hooks` and `POST /v1/hooks/{key}/verify` */
export const oneHook = hook;

/** `GET /v1/hooks` */
export const hookList = z.array(hook);
