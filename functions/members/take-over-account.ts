import type { Contact } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import { Rejected } from '../platform/errors.ts';
import { moveAccount, readMember } from '../store/members.ts';
import { contactIdsByEmail } from '../store/members-by-email.ts';

/**
 * Gives a contact the account that another contact with its e-mail address has, where the CRM does not have
 * that other one any more: the two were merged, and the person keeps the password.
 * @returns the former contact, or undefined where there is no such account
 * @throws Rejected where the other contact is still there: two accounts with one address could not log in
 */
export async function takeOverAccount(contact: Contact, { site, crm }: World): Promise<string | undefined> {
  const others = (await contactIdsByEmail(site.id, contact.email)).filter((id) => id !== contact.id);
  for (const other of others) {
    const member = await readMember(site.id, other);
    if (!member?.account) continue;
    const present = member.goneAt ? undefined : await crm.readContact(other);
    if (present && present.email.toLowerCase() === contact.email.toLowerCase()) {
      throw new Rejected(
        `contact ${other} has an account with the same e-mail address: merge the two in the CRM, and send this again`,
      );
    }
    if (present) continue; // it has another address by now; its account stays its own
    if (await moveAccount(site.id, other, contact.id, member.account)) return other;
  }
  return undefined;
}
