import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { contactPk, FORMER, PERSON, PLACE, personKey, placeKey, teamKey } from './keys.ts';
import { inTable, queryAll, readItem, readItems } from './table.ts';

/** A team. What changes it is in team-changes.ts. */
export type Team = {
  /** Its id, which stays when the leadership is transferred. */
  team: string;
  program: string;
  /** The contact that leads it. */
  leader: string;
  seats: number;
  /** Seats in use; the leader takes none. */
  used: number;
  state: 'open' | 'deleting';
  /** The contact that led it before, where its leadership was transferred. */
  formerLeader?: string;
  /** ISO time. */
  createdAt: string;
};

export type Role = 'leader' | 'member';

/** A contact's place in a team: the one it has in the team's program. */
export type Place = {
  program: string;
  team: string;
  role: Role;
  /** ISO time from which it has it. */
  since: string;
  /** When that was asked for (ISO time): by a webhook, somewhat earlier. */
  askedAt: string;
  /** The webhook, or the request of the site, that gave it. */
  by: string;
};

/** Somebody who is in a team, or was; ISO times. */
export type Person = { contactId: string; since: string; leftAt?: string };

/** Reads a team, up to date. */
export async function readTeam(site: string, team: string): Promise<Team | undefined> {
  return readItem<Team>(teamKey(site, team));
}

/** Reads the place that a contact has in a program, up to date. */
export async function readPlace(
  site: string,
  contactId: string,
  program: string,
): Promise<Place | undefined> {
  return readItem<Place>(placeKey(site, contactId, program));
}

/** The place that a contact has in a program, and its team. */
export async function readPlaceAndTeam(
  site: string,
  contactId: string,
  program: string,
): Promise<{ place: Place; team: Team } | undefined> {
  const place = await readPlace(site, contactId, program);
  const team = place && (await readTeam(site, place.team));
  return team && { place, team }; // a team that was deleted between the two reads took the place with it
}

/** The team of a program that a contact leads. */
export async function readTeamLedBy(
  site: string,
  leader: string,
  program: string,
): Promise<Team | undefined> {
  const place = await readPlace(site, leader, program);
  return place?.role === 'leader' ? readTeam(site, place.team) : undefined;
}

/** All places that a contact has, by program, each with its team. */
export async function readPlacesAndTeams(
  site: string,
  contactId: string,
): Promise<{ place: Place; team: Team }[]> {
  const places = await queryAll<Place>({
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :place)',
    ExpressionAttributeValues: { ':pk': contactPk(site, contactId), ':place': PLACE },
  });
  const teams = (await readItems(places.map(({ team }) => teamKey(site, team)))) as Team[];
  return places.flatMap((place) => {
    const team = teams.find((each) => each.team === place.team);
    return team ? [{ place, team }] : [];
  });
}

/** A page of a list of people; `next` leads to the page after it. */
export type PeoplePage = { people: Person[]; next?: string };

/** The members of a team, by contact id, one page. @param after the contact that ended the page before */
export async function readPeople(
  site: string,
  team: string,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<PeoplePage> {
  const start = after === undefined ? PERSON : personKey(site, team, after).sk;
  return page(site, team, { from: start, to: `${PERSON}~`, limit });
}

/**
 * Those who left a team after a moment, in the order they left, one page.
 * @param leftAfter ISO time, or the `next` of the page before
 */
export async function readFormer(
  site: string,
  team: string,
  { limit, leftAfter }: { limit: number; leftAfter: string },
): Promise<PeoplePage> {
  // '~' sorts behind every contact at that very moment.
  const from = leftAfter.includes('#') ? `${FORMER}${leftAfter}` : `${FORMER}${leftAfter}#~`;
  return page(site, team, { from, to: `${FORMER}~`, limit });
}

/** @param range sort keys, both left out themselves */
async function page(
  site: string,
  team: string,
  range: { from: string; to: string; limit: number },
): Promise<PeoplePage> {
  const { Items = [], LastEvaluatedKey } = await dynamo.send(
    new QueryCommand({
      ...inTable(),
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :to',
      ExpressionAttributeValues: {
        ':pk': teamKey(site, team).pk,
        ':from': `${range.from}\u0000`,
        ':to': range.to,
      },
      Limit: range.limit,
      ConsistentRead: true,
    }),
  );
  const next = LastEvaluatedKey?.sk.replace(/^(person|former)#/, '');
  return { people: Items as Person[], ...(next && { next }) };
}
