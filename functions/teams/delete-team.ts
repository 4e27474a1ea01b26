import pMap from 'p-map';
import { bulkOf } from '../crm/open-crm.ts';
import { piecesOf } from '../crm/read-many.ts';
import type { Job, TimedWorld } from '../jobs/apply.ts';
import { tagPieceSize } from '../jobs/piece-size.ts';
import { noteTags } from '../members/change-tags.ts';
import type { Site } from '../platform/config.ts';
import type { TagChange } from '../platform/config-parts.ts';
import { OutOfTime, reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { writeTogether } from '../store/table.ts';
import { beginDeletion, endDeletion, freeSeats, MOST_FREED } from '../store/team-changes.ts';
import { type Person, readPeople, readPlaceAndTeam, readTeam, type Team } from '../store/teams.ts';
import { untilWritten } from '../store/until-written.ts';
import { markOf, once } from './once.ts';
import { programOf, TeamRule } from './team-rule.ts';

/** Which team is deleted, and how many members it had; none where there was nothing to delete. */
type Plan = { team?: string; members: number };

const TIME_FOR_ONE_PIECE_MS = 25_000; // the piece's requests to the CRM at its pace, and its writes here
const AT_ONCE = 25; // members side by side, each two small requests to the table

/**
 * Deletes the team that the job's contact leads: nobody can join it any more, everybody loses what it gave and
 * is taken off, the leader last; then it is gone. The contacts stay.
 *
 * It goes on piece by piece, and what is done is seen in the team itself: who is still in it comes next. The
 * tags of a piece are revoked before its people are taken off, so that nobody is in another team by then whose
 * tags that would undo.
 * @returns what was done, in words
 * @throws OutOfTime where another invocation has to go on
 */
export async function deleteTeam(job: Job<unknown>, program: string, world: TimedWorld): Promise<string> {
  const { site } = world;
  const { members, leader } = programOf(site, program);
  const plan = await begin(job, program, site);
  let lastFirst: string | undefined;
  if (plan.team === undefined) return `the contact leads no team of ${program}: nothing to delete`;
  for (;;) {
    const team = await readTeam(site.id, plan.team);
    if (!team) break; // an earlier try got to the end
    const { people } = await readPeople(site.id, team.team, {
      limit: tagPieceSize(bulkOf(site)),
    });
    if (people.length === 0) {
      await revoke([team.leader], leader.revoke, job, world);
      await end({ site: site.id, ...team });
      break;
    }
    if (world.remainingMs() < TIME_FOR_ONE_PIECE_MS)
      throw new OutOfTime(`the team is being deleted; ${team.used} of ${plan.members} members are left`);
    const ids = people.map(({ contactId }) => contactId);
    if (ids[0] === lastFirst)
      throw new Error(`contact ${lastFirst} cannot be taken off: its items do not fit`);
    lastFirst = ids[0];
    await revoke(ids, members.revoke, job, world);
    await takeOff({ site: site.id, ...team }, people);
  }
  return `team deleted; ${plan.members} members and the leader are off it`;
}

async function begin(job: Job<unknown>, program: string, site: Site): Promise<Plan> {
  const { contactId } = job;
  return once<Plan>(`the team of contact ${contactId}`, markOf(job), async () => {
    const found = await readPlaceAndTeam(site.id, contactId, program);
    if (!found) return { decision: { members: 0 } };
    const { place, team } = found;
    if (place.role === 'member')
      throw new TeamRule(`contact ${contactId} is a member of the team: aal_removeteam takes it off`);
    return {
      decision: { team: team.team, members: team.used },
      parts: beginDeletion({ site: site.id, ...team }),
    };
  });
}

/** Revokes tags in bulk. Contacts that the CRM refuses this for, as those it has deleted, hold nobody up. */
async function revoke(
  ids: readonly string[],
  tags: TagChange,
  job: Job<unknown>,
  world: TimedWorld,
): Promise<void> {
  if (tags.add.length + tags.remove.length === 0) return;
  const refused = await world.crm.changeTagsOfMany(ids, tags);
  for (const [contact, error] of refused)
    logger.warn('tags not revoked', { webhook: job.id, site: job.site, contact, reason: reasonOf(error) });
  const changed = ids.filter((id) => !refused.has(id));
  await pMap(changed, (id) => noteTags(id, tags, world), { concurrency: AT_ONCE });
}

async function takeOff(team: Team & { site: string }, people: readonly Person[]): Promise<void> {
  const now = new Date().toISOString();
  for (const some of piecesOf(people, MOST_FREED)) {
    if (await writeTogether(freeSeats(team, some, now))) continue;
    // One of them has left by itself: each for itself then. Who is not in the team any more needs nothing.
    for (const one of some) await writeTogether(freeSeats(team, [one], now));
  }
}

async function end(team: Team & { site: string }): Promise<void> {
  await untilWritten(`the team of contact ${team.leader}`, async () => {
    if (await writeTogether(endDeletion(team))) return true;
    return (await readTeam(team.site, team.team)) === undefined || undefined;
  });
}
