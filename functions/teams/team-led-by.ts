import type { Site } from '../platform/config.ts';
import { readTeamLedBy, type Team } from '../store/teams.ts';
import { NoSuchTeam, programOf, refuseDeleting } from './team-rule.ts';

/**
 * The team of a program that a contact leads, open or being deleted.
 * @throws NoSuchTeam where there is none, or the site has no such program
 */
export async function teamLedBy(site: Site, leader: string, program: string): Promise<Team> {
  programOf(site, program);
  const team = await readTeamLedBy(site.id, leader, program);
  if (!team) throw new NoSuchTeam(`contact ${leader} leads no team of ${program}`);
  return team;
}

/**
 * The team of a program that a contact leads, where it can be changed.
 * @throws as {@link teamLedBy}, and TeamRule where the team is being deleted
 */
export async function openTeamLedBy(site: Site, leader: string, program: string): Promise<Team> {
  const team = await teamLedBy(site, leader, program);
  refuseDeleting(team);
  return team;
}
