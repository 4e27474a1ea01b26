import type { Job } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { newSiteEvents, tellSite } from '../site-events/tell-site.ts';
import { changeMemberItem, readMember } from '../store/members.ts';

/**
 * Asks the site to send a member its password-reset mail: only the site knows how a new password is chosen, and
 * the old one stays until it is. Telling it is all there is to do; a repeat of the job tells it nothing new.
 * @throws Rejected where the site is told nothing, or the contact has no account to reset
 */
export async function requestPasswordReset(job: Job<unknown>, site: Site): Promise<string> {
  if (!site.events)
    throw new Rejected('the site takes no events: set `events` in its config and store its parameter');
  const member = await readMember(site.id, job.contactId);
  if (!member?.account || member.goneAt)
    throw new Rejected('the contact is no member: there is no password to reset');
  if (member.resetRequestedBy === job.id) return TOLD;
  const events = newSiteEvents(site, job.contactId, [{ type: 'member.password-reset-requested' }]);
  const isNew = await changeMemberItem(site.id, job.contactId, member, { resetRequestedBy: job.id }, events);
  if (!isNew) throw new Error('the member was changed at the same moment: asking again');
  await tellSite(events);
  return TOLD;
}

const TOLD = 'the site is told to send its password-reset mail';
