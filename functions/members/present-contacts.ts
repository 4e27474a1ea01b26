import { readMembers } from '../store/members.ts';
import { contactIdsByEmail } from '../store/members-by-email.ts';

/** The contacts with an e-mail address that the CRM still has, as far as is known. */
export async function presentContacts(site: string, email: string): Promise<string[]> {
  const contactIds = await contactIdsByEmail(site, email);
  const members = await readMembers(site, contactIds);
  return contactIds.filter((id) => !members.get(id)?.goneAt);
}
