import type { Site } from '../platform/config.ts';
import { freeSeats } from '../store/team-changes.ts';
import { readPlaceAndTeam } from '../store/teams.ts';
import { type Mark, once } from './once.ts';
import type { Decision } from './role-change.ts';
import { programOf, TeamRule } from './team-rule.ts';

/** Somebody who leaves, or is taken off. */
export type Leaving = {
  program: string;
  contactId: string;
  /** Only off the team that this contact leads; left out, off any. */
  leader?: string;
  /** The webhook or request; the mark is its. */
  by: string;
  /** When it came, ISO time. */
  askedAt: string;
};

/**
 * Takes a contact off its team of a program; its seat is free. One that is in none has nothing to leave, and one
 * that joined after this was asked for stays.
 * @throws TeamRule where the contact leads the team
 */
export async function leaveTeam(
  site: Site,
  { program, contactId, leader, by, askedAt }: Leaving,
  mark: Mark<Decision>,
): Promise<Decision> {
  programOf(site, program);
  return once(`the team of contact ${contactId}`, mark, async () => {
    const found = await readPlaceAndTeam(site.id, contactId, program);
    if (!found) return { decision: { words: `the contact is in no team of ${program}`, changes: [] } };
    const { place, team } = found;
    if (leader !== undefined && team.leader !== leader)
      return { decision: { words: `the contact is not in the team of contact ${leader}`, changes: [] } };
    if (place.role === 'leader')
      throw new TeamRule(
        `contact ${contactId} leads the team: aal_deleteteam ends it, and the site API transfers its leadership`,
      );
    if (place.askedAt > askedAt)
      return { decision: { words: 'the contact joined again after this was asked for', changes: [] } };
    const now = new Date().toISOString();
    return {
      decision: {
        words: `off the team; ${team.used - 1} of ${team.seats} seats are in use`,
        changes: [{ contactId, program, team: team.team, from: 'member', to: 'none', by }],
      },
      parts: freeSeats({ site: site.id, ...team }, [{ contactId, since: place.since }], now),
    };
  });
}
