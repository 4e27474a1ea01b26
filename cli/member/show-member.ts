import type { Site } from '../../functions/platform/config.ts';
import { loadConfig } from '../../lib/config.ts';
import { UserError } from '../../local/user-error.ts';
import type { Terminal } from '../command.ts';
import { findSiteWithMembers } from '../find-site.ts';
import { openPlace, type PlaceOptions } from '../place.ts';
import { report } from './report.ts';

/**
 * Shows what Latchkey knows of a contact.
 * @param who the contact's id, or an e-mail address
 * @throws UserError where it is not known, or the address is that of several
 */
export async function showMember(
  who: string,
  options: PlaceOptions & { site: string; json?: true },
  { out }: Terminal,
): Promise<void> {
  const site = findSiteWithMembers(options.site, await loadConfig());
  await openPlace(options);
  const { readKnownMember } = await import('./known-member.ts');
  const contactId = who.includes('@') ? await contactWith(who, site) : who;
  const member = await readKnownMember(site, contactId);
  if (!member) throw new UserError(`Latchkey does not know the contact ${contactId} of ${site.id}.`);
  out(options.json ? `${JSON.stringify(member)}\n` : report(member));
}

async function contactWith(email: string, { id }: Site): Promise<string> {
  const { contactIdsByEmail } = await import('../../functions/store/members-by-email.ts');
  const [contactId, ...others] = await contactIdsByEmail(id, email);
  if (contactId === undefined) throw new UserError(`No member of ${id} has this e-mail address.`);
  if (others.length === 0) return contactId;
  throw new UserError(
    `Several contacts of ${id} have this e-mail address: ${[contactId, ...others].join(', ')}. Say which by its id.`,
  );
}
