import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { formerKey, personKey, placeKey, teamKey } from './keys.ts';
import { inTable } from './table.ts';
import type { Person, Place, Team } from './teams.ts';

/**
 * The changes of teams, each as the parts of one transaction: whoever makes one adds what marks it as done, so
 * that it happens once. Every part has a condition; where one does not hold, nothing is written.
 */
export type Parts = NonNullable<TransactWriteCommandInput['TransactItems']>;

type OfSite = { site: string };

/** A place that somebody gets. */
export type NewPlace = Omit<Place, 'program' | 'team' | 'role'> & { contactId: string };

/** A new team, and its leader's place. */
export function newTeam({ site, ...team }: Team & OfSite, leader: NewPlace): Parts {
  return [
    { Put: { ...inTable(), Item: { ...teamKey(site, team.team), ...team }, ConditionExpression: IS_NEW } },
    newPlace({ site, ...team }, leader, 'leader'),
  ];
}

/** A member takes a seat of an open team, where one is free. */
export function takeSeat(team: Team & OfSite, member: NewPlace): Parts {
  return [
    teamUpdate(team, {
      UpdateExpression: 'SET #used = #used + :one',
      ConditionExpression: '#state = :open AND #used < #seats',
      names: ['used', 'state', 'seats'],
      values: { ':one': 1, ':open': 'open' },
    }),
    newPlace(team, member, 'member'),
    newPerson(team, member),
  ];
}

/** People whose seats one transaction can free: it takes 100 parts, three for each and two more. */
export const MOST_FREED = 32;

/** Members leave a team, and their seats are free. */
export function freeSeats(team: Team & OfSite, members: readonly Person[], leftAt: string): Parts {
  return [
    teamUpdate(team, {
      UpdateExpression: 'SET #used = #used - :n',
      ConditionExpression: '#used >= :n',
      names: ['used'],
      values: { ':n': members.length },
    }),
    ...members.flatMap((member) => [
      endPlace(team, member.contactId, 'member'),
      ...endPerson(team, member, leftAt),
    ]),
  ];
}

/** An open team gets another number of seats, none of which is in use. */
export function setSeats(team: Team & OfSite, seats: number): Parts {
  return [
    teamUpdate(team, {
      UpdateExpression: 'SET #seats = :seats',
      ConditionExpression: '#state = :open AND #seats = :was AND #used <= :seats',
      names: ['seats', 'state', 'used'],
      values: { ':seats': seats, ':was': team.seats, ':open': 'open' },
    }),
  ];
}

/** Nobody can join a team any more. */
export function beginDeletion(team: Team & OfSite): Parts {
  return [
    teamUpdate(team, {
      UpdateExpression: 'SET #state = :deleting',
      ConditionExpression: '#leader = :leader',
      names: ['state', 'leader'],
      values: { ':deleting': 'deleting', ':leader': team.leader },
    }),
  ];
}

/** The team that nobody is in any more goes, and its leader's place with it. */
export function endDeletion(team: Team & OfSite): Parts {
  return [
    {
      Delete: {
        ...inTable(),
        Key: teamKey(team.site, team.team),
        ConditionExpression: '#state = :deleting AND #used = :none',
        ExpressionAttributeNames: { '#state': 'state', '#used': 'used' },
        ExpressionAttributeValues: { ':deleting': 'deleting', ':none': 0 },
      },
    },
    endPlace(team, team.leader, 'leader'),
  ];
}

/**
 * A member becomes the leader of an open team. The former leader takes the seat, or leaves.
 * @param stays the former leader's new place
 */
export function handOver(
  team: Team & OfSite,
  { member, leader, stays, now }: { member: Person; leader: NewPlace; stays?: NewPlace; now: string },
): Parts {
  return [
    teamUpdate(team, {
      UpdateExpression: 'SET #leader = :to, #formerLeader = :from, #used = #used - :freed',
      ConditionExpression: '#state = :open AND #leader = :from AND #used >= :freed',
      names: ['leader', 'formerLeader', 'used', 'state'],
      values: { ':to': leader.contactId, ':from': team.leader, ':freed': stays ? 0 : 1, ':open': 'open' },
    }),
    newPlace(team, leader, 'leader', 'member'),
    ...endPerson(team, member, now),
    ...(stays
      ? [newPlace(team, stays, 'member', 'leader'), newPerson(team, stays)]
      : [endPlace(team, team.leader, 'leader')]),
  ];
}

const IS_NEW = 'attribute_not_exists(pk)';
const DAYS_TO_BE_REMEMBERED = 15; // a webhook that arrived before somebody left is applied or given up by then

type TeamUpdate = {
  UpdateExpression: string;
  ConditionExpression: string;
  names: string[];
  values: Record<string, unknown>;
};

const teamUpdate = ({ site, team }: Team & OfSite, { names, values, ...update }: TeamUpdate) => ({
  Update: {
    ...inTable(),
    Key: teamKey(site, team),
    ...update,
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: values,
  },
});

/** @param instead the role in this team that the contact has so far; none: it has no place in the program */
function newPlace(
  { site, program, team }: Team & OfSite,
  { contactId, ...place }: NewPlace,
  role: Place['role'],
  instead?: Place['role'],
) {
  const Item = { ...placeKey(site, contactId, program), program, team, role, ...place };
  return {
    Put: { ...inTable(), Item, ...(instead ? hasPlace(team, instead) : { ConditionExpression: IS_NEW }) },
  };
}

const endPlace = ({ site, program, team }: Team & OfSite, contactId: string, role: Place['role']) => ({
  Delete: { ...inTable(), Key: placeKey(site, contactId, program), ...hasPlace(team, role) },
});

const hasPlace = (team: string, role: Place['role']) => ({
  ConditionExpression: '#team = :team AND #role = :role',
  ExpressionAttributeNames: { '#team': 'team', '#role': 'role' },
  ExpressionAttributeValues: { ':team': team, ':role': role },
});

const newPerson = ({ site, team }: Team & OfSite, { contactId, since }: NewPlace) => ({
  Put: {
    ...inTable(),
    Item: { ...personKey(site, team, contactId), contactId, since },
    ConditionExpression: IS_NEW,
  },
});

/** Who left is remembered for a while: what arrived before that concerns them as well. */
const endPerson = ({ site, team }: Team & OfSite, { contactId, since }: Person, leftAt: string): Parts => [
  {
    Delete: {
      ...inTable(),
      Key: personKey(site, team, contactId),
      ConditionExpression: 'attribute_exists(pk)',
    },
  },
  {
    Put: {
      ...inTable(),
      Item: {
        ...formerKey(site, team, leftAt, contactId),
        ...{ contactId, since, leftAt },
        expiresAt: Math.floor(Date.parse(leftAt) / 1000) + DAYS_TO_BE_REMEMBERED * 86_400,
      },
      ConditionExpression: IS_NEW,
    },
  },
];
