import * as z from 'zod/mini';
import type { Definitions } from '../../account/definitions.ts';
import type { Contact, ContactInput } from '../../account/records.ts';
import { idInput, isEmail, textInput } from '../../input.ts';

/** The document's, for text. */
const MAX_CONTENT = 65_535;

const contactBody = z.object({
  /** In API v1; in API v2 it is in the query. */
  duplicate_option: z.optional(z.unknown()),
  given_name: z.optional(textInput),
  family_name: z.optional(textInput),
  email_addresses: z.optional(
    z.array(
      z.object({
        email: z.string().check(z.refine(isEmail)),
        field: z.enum(['EMAIL1', 'EMAIL2', 'EMAIL3']),
      }),
    ),
  ),
  phone_numbers: z.optional(
    z.array(
      z.object({
        number: textInput,
        field: z.enum(['PHONE1', 'PHONE2', 'PHONE3', 'PHONE4', 'PHONE5']),
      }),
    ),
  ),
  custom_fields: z.optional(
    z.array(
      z.object({ id: idInput, content: z.pipe(textInput, z.string().check(z.maxLength(MAX_CONTENT))) }),
    ),
  ),
});

/** What a body says of a contact: of several addresses and numbers the account keeps the first. */
export type ContactBody = z.output<typeof contactBody>;

/** A contact's body, or what is wrong with it: that of a custom field that does not exist, too. */
export function parseContact(body: unknown, definitions: Definitions): ContactBody | { wrong: string } {
  const parsed = contactBody.safeParse(body);
  if (!parsed.success) {
    const paths = parsed.error.issues.map(({ path }) => path.join('.') || 'the body');
    return { wrong: `Invalid value: ${paths.join(', ')}` };
  }
  const unknown = parsed.data.custom_fields?.find(({ id }) => !definitions.fields.has(id));
  return unknown ? { wrong: `Custom field with id ${unknown.id} does not exist` } : parsed.data;
}

/** The input that a body is, its custom fields left out. A list that lacks the first address or number empties it. */
export function contactInput(body: ContactBody): ContactInput {
  const { given_name: firstName, family_name: lastName, email_addresses, phone_numbers } = body;
  return {
    ...(firstName !== undefined && { firstName }),
    ...(lastName !== undefined && { lastName }),
    ...(email_addresses && { email: email_addresses.find(({ field }) => field === 'EMAIL1')?.email ?? '' }),
    ...(phone_numbers && { phone: phone_numbers.find(({ field }) => field === 'PHONE1')?.number ?? '' }),
  };
}

/** The custom fields that a body lists. */
export const listedFields = ({ custom_fields = [] }: ContactBody): Record<string, string> =>
  Object.fromEntries(custom_fields.map(({ id, content }) => [id, content]));

/**
 * The custom fields of a contact after a write of API v2, which says: "Any item not listed here will be
 * removed if it already exists." Without the list nothing changes.
 */
export function replacedFields(body: ContactBody, present?: Contact): NonNullable<ContactInput['fields']> {
  if (!body.custom_fields) return {};
  const removed = (present?.fieldValues ?? []).map(({ field }) => [field, null]);
  return { ...Object.fromEntries(removed), ...listedFields(body) };
}

/** API v1's bodies. */
export const tagIdsBody = z.object({ tagIds: z.array(idInput).check(z.minLength(1)) });
export const idsBody = z.object({ ids: z.array(idInput).check(z.minLength(1)) });
export const hookBody = z.object({ eventKey: z.string(), hookUrl: z.url({ protocol: /^https?$/ }) });

/** API v2's bodies. */
export const contactIdsBody = z.object({ contact_ids: z.array(idInput).check(z.minLength(1)) });
export const mergeBody = z.object({ contact_id: idInput, duplicate_contact_id: idInput });
