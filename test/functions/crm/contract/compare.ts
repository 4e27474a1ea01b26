import type { Contact } from '../../../../functions/crm/crm.ts';
import type { CrmSimulator } from '../../../../local/crm-simulators/crm-simulator.ts';

/**
 * A contact as two can be compared: without fields that hold nothing, which some CRMs name and some do not, and
 * with its tags in one order.
 */
export function comparable(contact: Contact | Error | undefined): Contact | Error | undefined {
  if (!contact || contact instanceof Error) return contact;
  const fields = Object.fromEntries(Object.entries(contact.fields).filter(([, value]) => value !== ''));
  return { ...contact, fields, tags: contact.tags.toSorted() };
}

/**
 * What a client should give for a contact, in comparable form: the account's own view of it.
 * @param lacks members that the CRM has no place for
 */
export function asSeenIn(crm: CrmSimulator, id: string, lacks: readonly string[] = []) {
  const contact = crm.contacts.get(id);
  if (!contact) throw new Error(`the simulator has no contact ${id}`);
  const { email, firstName, lastName, phone, fields, tagIds } = contact;
  const missing = Object.fromEntries(lacks.map((name) => [name, '']));
  return comparable({ id, email, firstName, lastName, phone, ...missing, fields, tags: tagIds });
}
