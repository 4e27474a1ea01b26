import type { Site } from '../platform/config.ts';
import { takeSeat } from '../store/team-changes.ts';
import { type Place, readPlace, type Team } from '../store/teams.ts';
import { type Mark, once } from './once.ts';
import type { Decision } from './role-change.ts';
import { openTeamLedBy } from './team-led-by.ts';
import { refuseFull, TeamRule } from './team-rule.ts';

/** Somebody who wants a seat. */
export type Joining = {
  program: string;
  leader: string;
  contactId: string;
  /** The webhook or request; the mark is its. */
  by: string;
  /** When it came, ISO time. */
  askedAt: string;
};

/**
 * Gives a contact a seat in the team that another leads. One that has it already keeps it.
 * @throws TeamRule where there is no such team, no seat is free, or the contact has a place in another team of
 *   the program
 */
export async function joinTeam(
  site: Site,
  { program, leader, contactId, by, askedAt }: Joining,
  mark: Mark<Decision>,
): Promise<Decision> {
  return once(`the team of contact ${leader}`, mark, async () => {
    const team = await openTeamLedBy(site, leader, program);
    // Read after the team: where the last seat went to this contact a moment ago, its place shows that.
    const place = await readPlace(site.id, contactId, program);
    if (place?.team === team.team && place.role === 'member')
      return { decision: { words: 'the contact is in the team already', changes: [] } };
    if (place) throw new TeamRule(`contact ${contactId} ${whereItIs(place, team, program)}`);
    refuseFull(team);
    const now = new Date().toISOString();
    return {
      decision: {
        words: `took seat ${team.used + 1} of ${team.seats}`,
        changes: [{ contactId, program, team: team.team, from: 'none', to: 'member', by }],
      },
      parts: takeSeat({ site: site.id, ...team }, { contactId, since: now, askedAt, by }),
    };
  });
}

function whereItIs({ role, team: its }: Place, { team }: Team, program: string): string {
  if (its === team) return 'leads this very team, and needs no seat in it';
  return `${role === 'leader' ? 'leads' : 'is in'} another team of ${program}`;
}
