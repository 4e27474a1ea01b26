import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import type { Team } from '../store/teams.ts';
import type { Program } from './program.ts';

/** A rule of teams says no. */
export class TeamRule extends Rejected {
  override name = 'TeamRule';
}

/** There is no such team, or no such program. */
export class NoSuchTeam extends TeamRule {
  override name = 'NoSuchTeam';
}

/** @throws NoSuchTeam where the site has no team program of this name */
export function programOf({ teams }: Pick<Site, 'teams'>, name: string): Program {
  const program = Object.hasOwn(teams, name) ? teams[name] : undefined;
  if (!program) throw new NoSuchTeam(`the site has no team program "${name}": its config names those it has`);
  return program;
}

/** @throws TeamRule where the team is being deleted */
export function refuseDeleting({ state }: Team): void {
  if (state === 'deleting') throw new TeamRule('the team is being deleted');
}

/** @throws TeamRule where all seats are in use */
export function refuseFull({ used, seats }: Team): void {
  if (used >= seats) throw new TeamRule(`the team is full: ${used} of ${seats} seats are in use`);
}
