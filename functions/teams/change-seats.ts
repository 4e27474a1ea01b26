import type { Job } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { setSeats } from '../store/team-changes.ts';
import { markOf, once } from './once.ts';
import { MAX_SEATS } from './program.ts';
import { openTeamLedBy } from './team-led-by.ts';
import { TeamRule } from './team-rule.ts';

/**
 * Adds seats to the team that the job's contact leads, or takes free ones away.
 * @param change seats to add; negative to take away
 * @returns what was done, in words
 * @throws TeamRule where there is no such team, or the seats to go are in use
 */
export async function changeSeats(
  job: Job<unknown>,
  { program, change }: { program: string; change: number },
  site: Site,
): Promise<string> {
  const { contactId } = job;
  return once<string>(`the team of contact ${contactId}`, markOf(job), async () => {
    const team = await openTeamLedBy(site, contactId, program);
    const seats = team.seats + change;
    if (seats < team.used)
      throw new TeamRule(
        `the team has ${team.seats} seats and ${team.used} are in use: ${-change} cannot be taken away`,
      );
    if (seats > MAX_SEATS)
      throw new TeamRule(`a team has ${MAX_SEATS} seats at most; this would make it ${seats}`);
    return {
      decision: `the team has ${seats} seats now, ${change > 0 ? '+' : ''}${change}`,
      parts: setSeats({ site: site.id, ...team }, seats),
    };
  });
}
