import type { Contact } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { lowerFlag, readFlag } from '../store/flags.ts';
import { storePulled } from '../store/members.ts';

/**
 * Pulls one contact from the CRM and stores it. The flag's version is read before the pull, so a webhook that
 * lands in the middle keeps the flag up.
 * @returns the contact as pulled
 * @throws Rejected where the CRM has no such contact
 */
export async function syncMember(
  { contactId }: { contactId: string },
  { site, crm }: World,
): Promise<Contact> {
  const { requestedVersion } = await readFlag(site.id, contactId);
  const contact = await crm.readContact(contactId);
  if (!contact) throw new Rejected(`the CRM has no contact ${contactId}: deleted, or merged into another`);
  await storeSynced(site, contact, requestedVersion);
  return contact;
}

/**
 * Stores a pull that began at `version`: the data first, so that the flag never comes down without it. The
 * password field stays in the CRM; of a password our copy holds nothing but its hash.
 */
export async function storeSynced(site: Site, contact: Contact, version: number): Promise<void> {
  const now = new Date().toISOString();
  const { [site.crm.passwordField ?? '']: _, ...fields } = contact.fields;
  await storePulled(site.id, { ...contact, fields }, version, now);
  await lowerFlag(site.id, contact.id, version, now);
}
