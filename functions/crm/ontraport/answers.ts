import * as z from 'zod/mini';
import { listOf, text } from '../answers.ts';

const id = z.pipe(text, z.string().check(z.regex(/^\d+$/)));

/** Custom fields stand beside these, under their ids. */
const contact = z.looseObject({
  id,
  email: text,
  firstname: text,
  lastname: text,
  sms_number: text,
  office_phone: text,
  /** The ids of its tags; null or '' for none. Absent it says nothing, so it has to be there. */
  contact_cat: z.nullable(z.string()),
});

export type ContactAnswer = z.output<typeof contact>;

/** Where Ontraport finds nothing it answers 404, and some of its endpoints an empty list instead. */
const nothing = z.tuple([]);

/** `GET /object` */
export const oneContact = z.object({ data: z.union([contact, nothing]) });

/** `GET /Contacts` */
export const contactList = z.object({ data: listOf(contact) });

/** `GET /Contacts` for what changed: here nothing may be left out, so that nothing is skipped. */
export const changedContacts = z.object({ data: z.array(z.object({ id, dlm: text })) });

/** `PUT /Contacts`: what was written, by field. */
export const updatedContact = z.object({
  data: z.object({ attrs: z._default(z.record(z.string(), z.unknown()), {}) }),
});

/** `POST /Contacts/saveorupdate`: a new contact as it is, or what was written of one that was there. */
export const savedContact = z.object({
  data: z.object({ id: z.optional(id), attrs: z.optional(z.object({ id: z.optional(id) })) }),
});

/** `GET /object/getByEmail` */
export const contactByEmail = z.object({ data: z.union([z.object({ id }), nothing]) });
