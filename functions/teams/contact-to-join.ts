import type { Crm, Person } from '../crm/crm.ts';
import { presentContacts } from '../members/present-contacts.ts';
import { syncMember } from '../members/sync-member.ts';
import type { Site } from '../platform/config.ts';
import { openTeamLedBy } from './team-led-by.ts';
import { refuseFull, TeamRule } from './team-rule.ts';

/**
 * Finds the contact of somebody who is to join a team by the e-mail address. Where Latchkey knows none, the CRM
 * finds or makes it, which is asked of it only when the team has a seat; the contact is pulled then, so that it
 * is known from now on.
 * @param openCrm opens the site's CRM, where it is needed
 * @returns the contact's id
 * @throws TeamRule where several contacts have the address, or a new one would get no seat
 */
export async function contactToJoin(
  { program, leader }: { program: string; leader: string },
  person: Person,
  { site, openCrm }: { site: Site; openCrm: () => Promise<Crm> },
): Promise<string> {
  const [known, ...others] = await presentContacts(site.id, person.email);
  if (known !== undefined && others.length > 0)
    throw new TeamRule(
      `contacts ${[known, ...others].join(', ')} have this address: give the contactId of the one that joins`,
    );
  if (known !== undefined) return known;
  refuseFull(await openTeamLedBy(site, leader, program));
  const crm = await openCrm();
  const contactId = await crm.upsertContact(person);
  await syncMember({ contactId }, { site, crm });
  return contactId;
}
