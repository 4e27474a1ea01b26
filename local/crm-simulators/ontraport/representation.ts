import type { Definitions } from '../account/definitions.ts';
import type { Contact } from '../account/records.ts';

/** A contact as the API gives it: every value is text or null, times are seconds of Unix. */
export type ContactRecord = Record<string, string | null>;

/**
 * The members that Latchkey reads, those beside them that show what a record looks like, and every custom field
 * of the account, null where the contact has no value.
 */
export function contactRecord(contact: Contact, { fields }: Definitions): ContactRecord {
  const values = new Map(contact.fieldValues.map(({ field, value }) => [field, value]));
  return {
    id: contact.id,
    owner: '1',
    firstname: contact.firstName,
    lastname: contact.lastName,
    email: contact.email,
    address: '',
    city: '',
    state: '',
    zip: '',
    country: '',
    timezone: '',
    company: '',
    office_phone: '',
    sms_number: contact.phone,
    date: seconds(contact.createdAt),
    dla: seconds(contact.createdAt),
    dlm: seconds(contact.updatedAt),
    bulk_mail: '1',
    ip_addy: '',
    unique_id: `unique-${contact.id}`,
    contact_cat: idList(contact.contactTags.map(({ tag }) => tag)),
    updateCampaign: idList(contact.contactAutomations.map(({ automation }) => automation)),
    ...Object.fromEntries([...fields.keys()].map((field) => [field, values.get(field) ?? null])),
  };
}

const seconds = (ms: number): string => String(Math.floor(ms / 1000));

const idList = (ids: string[]): string | null => (ids.length > 0 ? `*/*${ids.join('*/*')}*/*` : null);
