import type { Definitions } from '../account/definitions.ts';
import type { Contact, Field, Tag } from '../account/records.ts';

/** `2026-07-17T22:01:25Z`: whole seconds in UTC, as in the vendor's examples. */
export const vendorTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** What v2's `fields` may name. Those that this account does not know are left out of answers. */
export const CONTACT_FIELDS: ReadonlySet<string> = new Set(
  (
    'addresses anniversary_date birth_date company contact_type create_time custom_fields email_addresses ' +
    'family_name fax_numbers given_name id job_title leadsource_id links middle_name notes origin owner_id ' +
    'phone_numbers preferred_locale preferred_name prefix referral_code score_value social_accounts ' +
    'source_type spouse_name suffix tag_ids time_zone update_time utm_parameters website account_id ' +
    'assistant_name assistant_phone billing_information created_by groups last_updated_by'
  ).split(' '),
);

/** What v2 does not give unless asked. Unverified for `tag_ids`: a client had better ask for all it needs. */
const ONLY_WHEN_ASKED: ReadonlySet<string> = new Set(['custom_fields', 'tag_ids']);

export type ContactView = {
  /** The properties to give; the usual ones when absent. */
  fields: readonly string[] | undefined;
  /** The account's custom fields where those without a value shall come too. */
  emptyFields?: Iterable<Field>;
};

/** A contact of API v2: every id is a string. */
export function contactV2(contact: Contact, { fields, emptyFields }: ContactView): Record<string, unknown> {
  const all = {
    id: contact.id,
    given_name: contact.firstName,
    family_name: contact.lastName,
    email_addresses: emails(contact),
    phone_numbers: phones(contact),
    addresses: [],
    custom_fields: customFields(contact, emptyFields),
    tag_ids: contact.contactTags.map(({ tag }) => tag),
    create_time: vendorTime(contact.createdAt),
    update_time: vendorTime(contact.updatedAt),
  };
  const wanted = (name: string): boolean => fields?.includes(name) ?? !ONLY_WHEN_ASKED.has(name);
  return Object.fromEntries(Object.entries(all).filter(([name]) => wanted(name)));
}

/** A contact of API v1: every id is a number. */
export function contactV1(contact: Contact): Record<string, unknown> {
  return {
    id: Number(contact.id),
    given_name: contact.firstName,
    family_name: contact.lastName,
    email_addresses: emails(contact),
    phone_numbers: phones(contact),
    addresses: [],
    custom_fields: contact.fieldValues.map(({ field, value }) => ({ id: Number(field), content: value })),
    tag_ids: contact.contactTags.map(({ tag }) => Number(tag)),
    date_created: vendorTime(contact.createdAt),
    last_updated: vendorTime(contact.updatedAt),
  };
}

export const tagV2 = ({ id, name, description, createdAt }: Tag): Record<string, unknown> => ({
  ...{ id, name, description },
  ...{ create_time: vendorTime(createdAt), update_time: vendorTime(createdAt) },
});

/** The custom fields as the contact model lists them. */
export const contactModel = ({ fields }: Definitions): Record<string, unknown> => ({
  custom_fields: [...fields.values()].map(({ id, title }) => ({
    ...{ id, label: title, options: [], record_type: 'CONTACT', field_type: 'TEXT', field_name: title },
  })),
  optional_properties: [...ONLY_WHEN_ASKED],
});

const emails = ({ email }: Contact) => (email === '' ? [] : [{ email, field: 'EMAIL1' }]);
const phones = ({ phone }: Contact) => (phone === '' ? [] : [{ number: phone, field: 'PHONE1' }]);

function customFields(contact: Contact, emptyFields: Iterable<Field> = []) {
  const given = contact.fieldValues.map(({ field, value }) => ({ id: field, content: value }));
  const isGiven = (field: Field): boolean => given.some(({ id }) => id === field.id);
  const empty = [...emptyFields].filter((field) => !isGiven(field));
  return [...given, ...empty.map(({ id }) => ({ id, content: null }))];
}
