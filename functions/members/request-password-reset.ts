import type { Job } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { changeMember } from './change-member.ts';

/**
 * Asks the site to send a member its password-reset mail: only the site knows how a new password is chosen, and
 * the old one stays until it is. Telling it is all there is to do; a repeat of the job tells it nothing again.
 * @throws Rejected where the site is told nothing, or the contact has no account to reset
 */
export async function requestPasswordReset(job: Job<unknown>, site: Site): Promise<string> {
  if (!site.events) {
    throw new Rejected('the site takes no events: set `events` in its config and store its parameter');
  }
  await changeMember(site, job.contactId, (was) => {
    if (!was?.account || was.goneAt) {
      throw new Rejected('the contact is no member: there is no password to reset');
    }
    if (was.resetRequestedBy === job.id) return undefined;
    return {
      changes: { resetRequestedBy: job.id },
      happened: [{ type: 'member.password-reset-requested' }],
    };
  });
  return 'the site is told to send its password-reset mail';
}
