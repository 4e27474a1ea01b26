import type { Job } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { newTeam } from '../store/team-changes.ts';
import { readPlace } from '../store/teams.ts';
import { markOf, once } from './once.ts';
import type { Decision } from './role-change.ts';
import { programOf, TeamRule } from './team-rule.ts';

/**
 * Creates the job's contact a team to lead: one for each program and leader, so a second request changes nothing.
 * @throws TeamRule where the contact is a member of another team of the program
 */
export async function initiateTeam(job: Job<unknown>, program: string, site: Site): Promise<Decision> {
  const { seats } = programOf(site, program);
  const { contactId, id, receivedAt } = job;
  return once<Decision>(`the team of contact ${contactId}`, markOf(job), async () => {
    const place = await readPlace(site.id, contactId, program);
    if (place?.role === 'leader')
      return { decision: { words: 'the contact leads a team already; it stays as it is', changes: [] } };
    if (place)
      throw new TeamRule(
        `contact ${contactId} is a member of a team of ${program}: take it off first, with aal_removeteam`,
      );
    const now = new Date().toISOString();
    const team = {
      team: id,
      program,
      leader: contactId,
      seats,
      used: 0,
      state: 'open',
      createdAt: now,
    } as const;
    return {
      decision: {
        words: `team created with ${seats} seats`,
        changes: [{ contactId, program, team: id, from: 'none', to: 'leader', by: id }],
      },
      parts: newTeam({ site: site.id, ...team }, { contactId, since: now, askedAt: receivedAt, by: id }),
    };
  });
}
