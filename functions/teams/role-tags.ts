import type { Job, World } from '../jobs/apply.ts';
import { changeTags } from '../members/change-tags.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { type Place, type Role, readPlaceAndTeam } from '../store/teams.ts';
import type { Decision, RoleChange } from './role-change.ts';
import { programOf } from './team-rule.ts';

/**
 * Has a contact's tags follow what was decided about it.
 * @returns what was done, in words
 * @throws Rejected where the CRM refuses them: what was decided stands even so
 */
export async function followUp(
  job: Job<unknown>,
  { words, changes }: Decision,
  world: World,
): Promise<string> {
  const change = changes.find(({ contactId }) => contactId === job.contactId);
  if (!change) return words;
  const isRepeat = job.attempt > 1 || job.replayOf !== undefined;
  try {
    return `${words}; ${await applyRoleTags(change, isRepeat, world)}`;
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    throw new Rejected(`${words}, but its tags could not be changed: ${error.message}`);
  }
}

/**
 * Brings a contact's tags in line with what became of it: what its former role gave is revoked, and what its
 * place gives is granted. Repeating it is harmless.
 *
 * What counts is the place that the contact has by now. The site changes teams at once while a webhook waits, so
 * the place may be another than this change gave, and the job that granted its tags may have run already.
 *
 * A team may be deleted, or the contact taken off it, at the very moment its tags are granted. Whoever does
 * that revokes them, maybe before they are there; so a grant looks again when it is done, and revokes what it
 * gave where the place has gone meanwhile.
 * @param isRepeat an earlier try may have granted already
 * @returns what was done, in words
 */
async function applyRoleTags(
  { contactId, program, from, to, by }: RoleChange,
  isRepeat: boolean,
  world: World,
): Promise<string> {
  const { site } = world;
  const tags = programOf(site, program);
  const tagsOf = (role: Role) => (role === 'leader' ? tags.leader : tags.members);
  if (from !== 'none') await changeTags(contactId, tagsOf(from).revoke, world);
  const place = await placeThatStays(site, contactId, program);
  if (place) {
    await changeTags(contactId, tagsOf(place.role).grant, world);
    if ((await placeThatStays(site, contactId, program))?.by === place.by)
      return place.by === by ? `${to} tags applied` : `${place.role} tags applied, for its place by now`;
  }
  const mayBeGranted = place?.role ?? (isRepeat ? to : 'none');
  if (mayBeGranted !== 'none') await changeTags(contactId, tagsOf(mayBeGranted).revoke, world);
  return to === 'none' ? 'revoke tags applied' : 'off the team again before its tags were applied';
}

/** The place that a contact has in a program, unless its team is being deleted. */
async function placeThatStays(site: Site, contactId: string, program: string): Promise<Place | undefined> {
  const found = await readPlaceAndTeam(site.id, contactId, program);
  return found?.team.state === 'open' ? found.place : undefined;
}
