import type { Site } from '../platform/config.ts';
import { handOver } from '../store/team-changes.ts';
import { readPlaceAndTeam } from '../store/teams.ts';
import { newRequestId } from './by-site.ts';
import { type Mark, once } from './once.ts';
import type { Decision } from './role-change.ts';
import { openTeamLedBy } from './team-led-by.ts';
import { programOf, refuseDeleting, TeamRule } from './team-rule.ts';

/** Who hands a team over to whom, and what becomes of the former leader. */
export type Transfer = { program: string; leader: string; to: string; formerLeader: 'stays' | 'leaves' };

/**
 * Makes a member the leader of its team. The former leader takes the seat that gets free by that, or leaves.
 * Asked for again, it changes nothing.
 * @throws TeamRule where there is no such team, or the new leader is no member of it
 */
export async function transferLeadership(
  site: Site,
  { program, leader, to, formerLeader }: Transfer,
  mark: Mark<Decision>,
): Promise<Decision> {
  programOf(site, program);
  const [toBy, fromBy] = [newRequestId(), newRequestId()];
  return once(`the team of contact ${leader}`, mark, async () => {
    const found = await readPlaceAndTeam(site.id, to, program);
    if (found?.team.leader === to && [to, found.team.formerLeader].includes(leader))
      return { decision: { words: 'the contact leads the team already', changes: [] } };
    if (found?.team.leader !== leader) {
      await openTeamLedBy(site, leader, program);
      throw new TeamRule(`contact ${to} is not in the team of contact ${leader}: it has to join first`);
    }
    const { place, team } = found;
    refuseDeleting(team);
    const now = new Date().toISOString();
    const stays = formerLeader === 'stays';
    const about = { program, team: team.team };
    return {
      decision: {
        words: `led by contact ${to} now; contact ${leader} ${stays ? 'is a member' : 'has left'}`,
        changes: [
          { ...about, contactId: to, from: 'member', to: 'leader', by: toBy },
          { ...about, contactId: leader, from: 'leader', to: stays ? 'member' : 'none', by: fromBy },
        ],
      },
      parts: handOver(
        { site: site.id, ...team },
        {
          member: { contactId: to, since: place.since },
          leader: { contactId: to, since: now, askedAt: now, by: toBy },
          ...(stays && { stays: { contactId: leader, since: now, askedAt: now, by: fromBy } }),
          now,
        },
      ),
    };
  });
}
