import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Team } from '../../../functions/store/teams.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/store/teams.ts'),
    import('../../../functions/store/team-changes.ts'),
    import('../../../functions/store/table.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const SITE = 'academy';
const AT = '2026-11-27T01:02:03.000Z';
const LEFT_AT = '2026-11-28T01:02:03.000Z';

const place = (contactId: string) => ({ contactId, since: AT, askedAt: AT, by: `w-${contactId}` });
const person = (contactId: string) => ({ contactId, since: AT });
type OfSite = Team & { site: string };

let teams = 0;
/** A new team of three seats, led by a contact of its own, with some members. */
async function newTeam(members: readonly string[] = []): Promise<OfSite> {
  const id = `t${++teams}`;
  const leader = `${id}-leader`;
  const team: OfSite = {
    ...{ site: SITE, team: id, program: 'crew', leader },
    ...{ seats: 3, used: 0, state: 'open', createdAt: AT },
  };
  expect(await store.writeTogether(store.newTeam(team, place(leader)))).toBe(true);
  for (const member of members)
    expect(await store.writeTogether(store.takeSeat(team, place(member)))).toBe(true);
  return team;
}
const read = ({ team }: OfSite) => store.readTeam(SITE, team);
const peopleIn = async ({ team }: OfSite) =>
  (await store.readPeople(SITE, team, { limit: 50 })).people.map(({ contactId }) => contactId);
const formerOf = async ({ team }: OfSite) =>
  (await store.readFormer(SITE, team, { limit: 50, leftAfter: AT })).people;
const placeOf = (contactId: string) => store.readPlace(SITE, contactId, 'crew');

test('a new team has a leader, who takes no seat', async () => {
  const team = await newTeam();
  const { site, ...stored } = team;
  expect(await read(team)).toEqual({ pk: `team#academy#${team.team}`, sk: 'team', ...stored });
  const { contactId, ...given } = place(team.leader);
  expect(await placeOf(team.leader)).toEqual({
    ...{ pk: `academy#${team.leader}`, sk: 'place#crew' },
    ...{ program: 'crew', team: team.team, role: 'leader', ...given },
  });
  expect(await peopleIn(team)).toEqual([]);
});

test('who has a place in a program gets no other, and of one id there is one team', async () => {
  const team = await newTeam(['a1']);
  const another = { ...team, team: 'another', leader: 'a1' };
  expect(await store.writeTogether(store.newTeam(another, place('a1')))).toBe(false);
  expect(await store.readTeam(SITE, 'another')).toBeUndefined();
  expect(await store.writeTogether(store.newTeam({ ...team, leader: 'a2' }, place('a2')))).toBe(false);
  expect(await store.writeTogether(store.takeSeat(team, place('a1')))).toBe(false);
  expect(await read(team)).toMatchObject({ used: 1 });
});

test('seats are taken while some are free', async () => {
  const team = await newTeam(['b1', 'b2', 'b3']);
  expect(await read(team)).toMatchObject({ used: 3 });
  expect(await store.writeTogether(store.takeSeat(team, place('b4')))).toBe(false);
  expect(await placeOf('b4')).toBeUndefined();
  expect(await peopleIn(team)).toEqual(['b1', 'b2', 'b3']);
  expect(await placeOf('b2')).toMatchObject({ role: 'member', team: team.team, by: 'w-b2' });
});

test('a seat that is left is free again, once, and who left is remembered for a while', async () => {
  const team = await newTeam(['c1', 'c2']);
  const leave = () => store.writeTogether(store.freeSeats(team, [person('c1')], LEFT_AT));
  expect(await leave()).toBe(true);
  expect(await leave()).toBe(false);
  expect(await read(team)).toMatchObject({ used: 1 });
  expect(await peopleIn(team)).toEqual(['c2']);
  expect(await placeOf('c1')).toBeUndefined();
  expect(await formerOf(team)).toEqual([
    {
      ...{ pk: `team#academy#${team.team}`, sk: `former#${LEFT_AT}#c1` },
      ...{ contactId: 'c1', since: AT, leftAt: LEFT_AT },
      expiresAt: Date.parse('2026-12-13T01:02:03.000Z') / 1000,
    },
  ]);
});

test('several leave at once, or none: the leader is no member', async () => {
  const team = await newTeam(['d1', 'd2', 'd3']);
  const leave = (...ids: string[]) => store.writeTogether(store.freeSeats(team, ids.map(person), LEFT_AT));
  expect(await leave('d1', team.leader)).toBe(false);
  expect(await read(team)).toMatchObject({ used: 3 });
  expect(await leave('d1', 'd3')).toBe(true);
  expect(await read(team)).toMatchObject({ used: 1 });
  expect(await peopleIn(team)).toEqual(['d2']);
});

test('no more leave at once than a transaction takes', async () => {
  expect(store.freeSeats(await newTeam(), Array(store.MOST_FREED).fill(person('x')), AT).length).toBeLessThan(
    100,
  );
  expect(store.MOST_FREED).toBe(32);
});

test('the number of seats is changed on what was read, and not below those in use', async () => {
  const team = await newTeam(['e1', 'e2']);
  expect(await store.writeTogether(store.setSeats(team, 1))).toBe(false);
  expect(await store.writeTogether(store.setSeats(team, 2))).toBe(true);
  expect(await read(team)).toMatchObject({ seats: 2, used: 2 });
  expect(await store.writeTogether(store.setSeats(team, 5))).toBe(false); // it had three when it was read
  expect(await store.writeTogether(store.setSeats({ ...team, seats: 2 }, 5))).toBe(true);
});

test('a team that is being deleted takes nobody and keeps its seats, and goes when nobody is left', async () => {
  const team = await newTeam(['f1']);
  expect(await store.writeTogether(store.endDeletion(team))).toBe(false);
  expect(await store.writeTogether(store.beginDeletion({ ...team, leader: 'f9' }))).toBe(false);
  expect(await store.writeTogether(store.beginDeletion(team))).toBe(true);
  expect(await read(team)).toMatchObject({ state: 'deleting' });
  expect(await store.writeTogether(store.takeSeat(team, place('f2')))).toBe(false);
  expect(await store.writeTogether(store.setSeats(team, 9))).toBe(false);
  expect(await store.writeTogether(store.endDeletion(team))).toBe(false);
  expect(await store.writeTogether(store.freeSeats(team, [person('f1')], LEFT_AT))).toBe(true);
  expect(await store.writeTogether(store.endDeletion(team))).toBe(true);
  expect(await read(team)).toBeUndefined();
  expect(await placeOf(team.leader)).toBeUndefined();
});

test('a member takes over, and the former leader takes the seat', async () => {
  const team = await newTeam(['g1']);
  const change = { member: person('g1'), leader: place('g1'), stays: place(team.leader), now: LEFT_AT };
  expect(await store.writeTogether(store.handOver(team, change))).toBe(true);
  expect(await read(team)).toMatchObject({ leader: 'g1', formerLeader: team.leader, used: 1 });
  expect(await placeOf('g1')).toMatchObject({ role: 'leader' });
  expect(await placeOf(team.leader)).toMatchObject({ role: 'member' });
  expect(await peopleIn(team)).toEqual([team.leader]);
  expect(await formerOf(team)).toMatchObject([{ contactId: 'g1', leftAt: LEFT_AT }]);
  expect(await store.writeTogether(store.handOver(team, change))).toBe(false);
});

test('a member takes over, and the former leader leaves: the seat is free', async () => {
  const team = await newTeam(['h1']);
  const change = { member: person('h1'), leader: place('h1'), now: LEFT_AT };
  expect(await store.writeTogether(store.handOver(team, change))).toBe(true);
  expect(await read(team)).toMatchObject({ leader: 'h1', used: 0 });
  expect(await placeOf(team.leader)).toBeUndefined();
  expect(await peopleIn(team)).toEqual([]);
});

test('nobody takes over who is no member, nor a team that is being deleted', async () => {
  const team = await newTeam(['i1']);
  const stranger = { member: person('i9'), leader: place('i9'), now: LEFT_AT };
  expect(await store.writeTogether(store.handOver(team, stranger))).toBe(false);
  await store.writeTogether(store.beginDeletion(team));
  const change = { member: person('i1'), leader: place('i1'), now: LEFT_AT };
  expect(await store.writeTogether(store.handOver(team, change))).toBe(false);
});

test('places lead to their teams; one whose team is gone leads nowhere', async () => {
  const team = await newTeam(['j1']);
  expect(await store.readPlaceAndTeam(SITE, 'j1', 'crew')).toMatchObject({
    place: { role: 'member' },
    team: { team: team.team, used: 1 },
  });
  expect(await store.readPlaceAndTeam(SITE, 'j9', 'crew')).toBeUndefined();
  expect(await store.readTeamLedBy(SITE, team.leader, 'crew')).toMatchObject({ team: team.team });
  expect(await store.readTeamLedBy(SITE, 'j1', 'crew')).toBeUndefined();
  expect(await store.readTeamLedBy(SITE, 'j9', 'crew')).toBeUndefined();

  const other = { ...team, team: 'j-other', program: 'club', leader: 'j-leader' };
  await store.writeTogether(store.newTeam(other, place('j-leader')));
  await store.writeTogether(store.takeSeat(other, place('j1')));
  const all = async () =>
    (await store.readPlacesAndTeams(SITE, 'j1')).map((each) => [each.place.program, each.team.team]);
  expect(await all()).toEqual([
    ['club', 'j-other'],
    ['crew', team.team],
  ]);
  const [{ Delete }] = store.endDeletion(other) as [{ Delete: { TableName: string; Key: object } }];
  await store.writeTogether([{ Delete: { TableName: Delete.TableName, Key: Delete.Key } } as never]);
  expect(await all()).toEqual([['crew', team.team]]);
  expect(await store.readPlaceAndTeam(SITE, 'j1', 'club')).toBeUndefined();
});

test('members come page by page, in the order of their ids', async () => {
  const team = await newTeam(['k1', 'k2', 'k3']);
  const first = await store.readPeople(SITE, team.team, { limit: 2 });
  expect(first).toMatchObject({ people: [{ contactId: 'k1' }, { contactId: 'k2' }], next: 'k2' });
  const last = await store.readPeople(SITE, team.team, { limit: 2, after: first.next });
  expect(last).toMatchObject({ people: [{ contactId: 'k3' }] });
  expect(last).not.toHaveProperty('next');
});

test('those who left come page by page, in the order they left, after a moment', async () => {
  const team = await newTeam(['l1', 'l2', 'l3']);
  const [early, late] = ['2026-11-28T00:00:00.000Z', '2026-11-29T00:00:00.000Z'];
  await store.writeTogether(store.freeSeats(team, [person('l3')], early));
  await store.writeTogether(store.freeSeats(team, [person('l1'), person('l2')], late));
  const page = (leftAfter: string, limit = 2) => store.readFormer(SITE, team.team, { limit, leftAfter });
  const first = await page(AT);
  expect(first.people.map(({ contactId }) => contactId)).toEqual(['l3', 'l1']);
  expect(first.next).toBe(`${late}#l1`);
  expect((await page(first.next ?? '')).people.map(({ contactId }) => contactId)).toEqual(['l2']);
  expect((await page(early)).people.map(({ contactId }) => contactId)).toEqual(['l1', 'l2']);
  expect((await page(late)).people).toEqual([]);
});
