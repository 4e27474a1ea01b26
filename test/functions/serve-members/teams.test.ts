import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import { teamKey } from '../../../functions/store/keys.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type ApiAnswer, type SiteApi, siteApi } from '../../support/site-api.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';
import { PROGRAM, SEATS, startTeam, teamPath } from '../../support/teams.ts';

let latchkey: TestLatchkey;
let table: TableAccess;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => crm.faults.clear());

let contacts = 0;
const newContact = (): string => crm.contacts.create({ email: `team.${++contacts}@example.com` }).id;

/** A team of somebody new. @returns its leader */
async function newTeam(seats = SEATS): Promise<string> {
  const leader = newContact();
  await startTeam(latchkey, 'academy', leader, seats);
  return leader;
}

const join = (leader: string, who: object): Promise<ApiAnswer> =>
  api.post(`${teamPath(leader)}/members`, who);
const leave = (leader: string, contactId: string): Promise<ApiAnswer> =>
  api.delete(`${teamPath(leader)}/members/${contactId}`);
const transfer = (leader: string, to: string, more: object = {}): Promise<ApiAnswer> =>
  api.post(`${teamPath(leader)}/transfer`, { to, ...more });
const get = (leader: string): Promise<ApiAnswer> => api.get(teamPath(leader));

/** A new member of a team. */
async function newMember(leader: string): Promise<string> {
  const contactId = newContact();
  const { body } = await join(leader, { contactId });
  expect(body.joined).toBe(true);
  await latchkey.until('academy', contactId, body.webhook, 'applied');
  return contactId;
}

/** The jobs by which a contact's tags follow its places. */
const teamTags = async (contactId: string) =>
  (await latchkey.records('academy', contactId)).filter(({ command }) => command === 'team_tags');

/** Waits until the jobs of these contacts' tags are done. */
async function allApplied(...contactIds: string[]): Promise<void> {
  for (const contactId of contactIds)
    for (const { id } of await teamTags(contactId)) await latchkey.until('academy', contactId, id, 'applied');
}

const tagsOf = (contactId: string) => crm.contacts.get(contactId)?.tagIds;

async function teamsOf(contactId: string, by = api) {
  const { status, body } = await by.get(`/v1/members/${contactId}/teams`);
  expect(status).toBe(200);
  return body.teams;
}

test('a team is found by its program and its leader, with its seats', async () => {
  const leader = await newTeam();
  await newMember(leader);
  const { status, body } = await get(leader);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ teamId: PROGRAM, leader, seats: 3, used: 1, free: 2, state: 'open' },
    createdAt: expect.stringMatching(/^20.*Z$/),
  });
});

test('a team or a program that is not there is 404, whatever is asked of it', async () => {
  const stranger = newContact();
  const member = await newMember(await newTeam());
  for (const team of [`/v1/teams/moon/${stranger}`, teamPath(stranger), teamPath(member)]) {
    const answers = [
      await api.get(team),
      await api.get(`${team}/members`),
      await api.post(`${team}/members`, { contactId: newContact() }),
      await api.post(`${team}/members`, { email: 'team.of.nobody@example.com' }),
      await api.delete(`${team}/members/${newContact()}`),
      await api.post(`${team}/transfer`, { to: newContact() }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    for (const { body } of answers)
      expect(body.detail).toMatch(/^(Contact \S+ leads no team of crew|The site has no team program "moon")/);
  }
  expect(crm.contacts.byEmail('team.of.nobody@example.com')).toBeUndefined();
});

test('the members of a team are listed page by page, each once, without the leader', async () => {
  const leader = await newTeam(12);
  const members = await pMap(Array.from({ length: 12 }), () => newMember(leader), { concurrency: 4 });
  const listed: string[] = [];
  let after = '';
  do {
    const { status, body } = await api.get(`${teamPath(leader)}/members?limit=5${after}`);
    expect(status).toBe(200);
    for (const { contactId, since } of body.members) {
      listed.push(contactId);
      expect(since).toMatch(/^20.*Z$/);
    }
    expect(body.members.length).toBeLessThanOrEqual(5);
    after = body.next === undefined ? '' : `&after=${body.next}`;
  } while (after !== '');
  expect(listed).toEqual(members.toSorted());
});

test.each([
  ['limit=0', 'query.limit'],
  ['limit=101', 'query.limit'],
  ['after=a%20b', 'query.after'],
  ['colour=red', 'query'],
])('a list with %s is 422', async (query, at) => {
  const { status, body } = await api.get(`${teamPath('1')}/members?${query}`);
  expect(status).toBe(422);
  expect(body.problems).toEqual([{ at, problem: expect.any(String) }]);
});

test('a contact joins at once; the tags follow, and the record of the webhook says so', async () => {
  const leader = await newTeam();
  const contactId = newContact();
  crm.contacts.addTag(contactId, TAGS.left);
  const { status, body } = await join(leader, { contactId });
  expect(status).toBe(200);
  expect(body).toEqual({
    team: expect.objectContaining({ leader, used: 1, free: 2 }),
    member: { contactId, since: expect.stringMatching(/^20/) },
    joined: true,
    webhook: expect.stringMatching(/^[\dA-Z]{26}$/),
  });
  const record = await latchkey.until('academy', contactId, body.webhook, 'applied');
  expect(record).toMatchObject({
    command: 'team_tags',
    reason: expect.stringContaining('member tags applied'),
  });
  expect(tagsOf(contactId)).toEqual([TAGS.belongs]);
});

test('who is in the team already stays there with the seat it has, though the team is full', async () => {
  const leader = await newTeam(1);
  const contactId = newContact();
  const first = await join(leader, { contactId });
  const repeat = await join(leader, { contactId });
  expect(repeat.status).toBe(200);
  expect(repeat.body).toEqual({ ...first.body, joined: false, webhook: undefined });
  expect(await latchkey.records('academy', contactId)).toHaveLength(1);
});

test('of a request that comes twice at once, for the last seat, one joins and the other finds it so', async () => {
  for (let round = 0; round < 8; round++) {
    const leader = await newTeam(1);
    const contactId = newContact();
    const both = await Promise.all([join(leader, { contactId }), join(leader, { contactId })]);
    expect(both.map(({ status, body }) => `${status} ${body.joined}`).sort()).toEqual([
      '200 false',
      '200 true',
    ]);
  }
});

test('joining is 409 in the words of the rule that stands against it, and changes nothing', async () => {
  const leader = await newTeam(1);
  const member = await newMember(leader);
  const [otherLeader, deleted] = [await newTeam(), await newTeam()];
  const [{ team }] = await teamsOf(deleted);
  const { pk, sk } = teamKey('academy', await idOf(team.leader));
  await table.changeItem(pk, sk, { state: 'deleting' });
  const stranger = newContact();
  const refused: [string, string, string][] = [
    [leader, stranger, 'The team is full: 1 of 1 seats are in use.'],
    [leader, leader, `Contact ${leader} leads this very team, and needs no seat in it.`],
    [leader, otherLeader, `Contact ${otherLeader} leads another team of crew.`],
    [otherLeader, member, `Contact ${member} is in another team of crew.`],
    [deleted, stranger, 'The team is being deleted.'],
  ];
  for (const [to, contactId, detail] of refused) {
    const { status, body } = await join(to, { contactId });
    expect({ status, body }).toEqual({
      status: 409,
      body: { status: 409, title: 'Not as things stand', detail, problems: [] },
    });
  }
  expect(await teamsOf(stranger)).toEqual([]);
  expect((await get(leader)).body).toMatchObject({ used: 1, free: 0 });
  expect((await get(deleted)).body).toMatchObject({ state: 'deleting', used: 0 });
  expect((await transfer(deleted, stranger)).body.detail).toBe('The team is being deleted.');
});

/** The id that a team has in the table. */
async function idOf(leader: string): Promise<string> {
  const item = (await table.items()).find((each) => each.sk === 'team' && each.leader === leader);
  return String(item?.team);
}

test.each([
  [{}, 'body', 'needs either contactId, or email and maybe firstName and lastName'],
  [
    { contactId: '1', email: 'a@example.com' },
    'body',
    'needs either contactId, or email and maybe firstName and lastName',
  ],
  [{ contactId: '1', firstName: 'Ada' }, 'body', 'holds names that are not known here'],
  [{ contactId: 'a b' }, 'body.contactId', expect.stringContaining('64 letters')],
  [{ email: 'nonsense' }, 'body.email', 'must be an e-mail address'],
  [{ email: 'a@example.com', lastName: 'x'.repeat(101) }, 'body.lastName', expect.stringContaining('100')],
])('joining with %j is 422 and says what is wrong', async (who, at, problem) => {
  const { status, body } = await join('1', who);
  expect(status).toBe(422);
  expect(body.problems).toEqual([{ at, problem }]);
});

test.each([
  [{}, 'body.to'],
  [{ to: '1', formerLeader: 'flies' }, 'body.formerLeader'],
  [{ to: '1', at: 'once' }, 'body'],
])('a transfer with %j is 422', async (body, at) => {
  const answer = await api.post(`${teamPath('1')}/transfer`, body);
  expect(answer.status).toBe(422);
  expect(answer.body.problems).toEqual([{ at, problem: expect.any(String) }]);
});

test('a member that Latchkey knows joins by its address, whatever its case, and the CRM is asked nothing', async () => {
  const leader = await newTeam();
  const { id } = crm.contacts.create({ email: 'Known.Member@example.com', firstName: 'Kim' });
  await api.visit(id);
  crm.requests.reset();
  // The index of addresses lags a moment behind; until then it would be the CRM that finds the contact.
  await eventually(async () =>
    expect((await api.get('/v1/members?email=known.member@example.com')).body.members).toHaveLength(1),
  );
  const { status, body } = await join(leader, { email: 'known.member@EXAMPLE.com', firstName: 'Mallory' });
  expect(status).toBe(200);
  expect(body).toMatchObject({ joined: true, member: { contactId: id } });
  await latchkey.until('academy', id, body.webhook, 'applied');
  expect(crm.requests.byRoute['POST /contact/sync']).toBeUndefined();
  expect(crm.contacts.get(id)).toMatchObject({ firstName: 'Kim', tagIds: [TAGS.belongs] });
});

test('somebody new joins by the address: the CRM makes the contact, and a repeat finds it in the full team', async () => {
  const leader = await newTeam(1);
  const person = { email: 'new.member@example.com', firstName: 'Nora', lastName: 'New' };
  const { status, body } = await join(leader, person);
  expect(status).toBe(200);
  const { contactId } = body.member;
  expect(crm.contacts.get(contactId)).toMatchObject(person);
  await latchkey.until('academy', contactId, body.webhook, 'applied');
  expect(tagsOf(contactId)).toEqual([TAGS.belongs]);
  expect((await api.get(`/v1/members/${contactId}`)).body).toMatchObject({
    firstName: 'Nora',
    tags: [TAGS.belongs],
  });
  const repeat = await eventually(async () => {
    const answer = await join(leader, person);
    expect(answer.status).toBe(200);
    return answer;
  });
  expect(repeat.body).toMatchObject({ joined: false, member: { contactId } });
});

test('a contact that the CRM has and Latchkey has not seen yet joins by its address', async () => {
  const leader = await newTeam();
  const { id } = crm.contacts.create({ email: 'unseen@example.com', firstName: 'Uma' });
  const { body } = await join(leader, { email: 'unseen@example.com' });
  expect(body).toMatchObject({ joined: true, member: { contactId: id } });
  expect(crm.contacts.get(id)?.firstName).toBe('Uma');
});

test('an address of several contacts is 409 that names them; one that is gone does not count', async () => {
  const email = 'shared@example.com';
  const leader = await newTeam();
  const first = crm.contacts.create({ email }).id;
  await api.visit(first);
  crm.contacts.edit(first, { email: 'moved@example.com' }); // our copy does not know that yet
  const second = crm.contacts.create({ email }).id;
  await api.visit(second);
  const ambiguous = await eventually(async () => {
    const answer = await join(leader, { email });
    expect(answer.status).toBe(409);
    return answer;
  });
  expect(ambiguous.body.detail).toBe(
    `Contacts ${[first, second].sort().join(', ')} have this address: give the contactId of the one that joins.`,
  );
  crm.contacts.remove(first);
  await api.visit(first, 'profile-view');
  expect((await join(leader, { email })).body).toMatchObject({ joined: true, member: { contactId: second } });
});

test('for a full team no contact is made', async () => {
  const leader = await newTeam(1);
  await newMember(leader);
  const { status, body } = await join(leader, { email: 'too.late@example.com' });
  expect(status).toBe(409);
  expect(body.detail).toContain('full');
  expect(crm.contacts.byEmail('too.late@example.com')).toBeUndefined();
});

test('a CRM that fails while it is to make the contact is 502, and the next try joins', async () => {
  const leader = await newTeam();
  crm.faults.next({ does: 'answer', status: 500, route: 'POST /contact/sync' });
  const failed = await join(leader, { email: 'second.try@example.com' });
  expect(failed.status).toBe(502);
  expect(JSON.stringify(failed.body)).not.toContain('second.try');
  expect((await get(leader)).body.used).toBe(0);
  expect((await join(leader, { email: 'second.try@example.com' })).body.joined).toBe(true);
});

test('a member leaves: its seat is free, and the revoke tags arrive; a repeat changes nothing', async () => {
  const leader = await newTeam(1);
  const contactId = await newMember(leader);
  const { status, body } = await leave(leader, contactId);
  expect(status).toBe(200);
  expect(body).toEqual({ left: true, webhook: expect.stringMatching(/^[\dA-Z]{26}$/) });
  expect((await get(leader)).body).toMatchObject({ used: 0, free: 1 });
  const record = await latchkey.until('academy', contactId, body.webhook, 'applied');
  expect(record).toMatchObject({ command: 'team_tags', reason: expect.stringContaining('revoke tags') });
  expect(tagsOf(contactId)).toEqual([TAGS.left]);
  expect(await leave(leader, contactId)).toMatchObject({ status: 200, body: { left: false } });
  expect((await get(leader)).body.used).toBe(0);
});

test('who is in another team, or leads one, leaves this one in vain; its own leader cannot leave', async () => {
  const [leader, other] = [await newTeam(), await newTeam()];
  const member = await newMember(other);
  for (const contactId of [member, other])
    expect(await leave(leader, contactId)).toMatchObject({ status: 200, body: { left: false } });
  expect((await get(other)).body.used).toBe(1);
  const { status, body } = await leave(leader, leader);
  expect(status).toBe(409);
  expect(body.detail).toContain(`Contact ${leader} leads the team`);
  expect((await get(leader)).status).toBe(200);
});

test('a team is handed over: the former leader takes the seat, and the tags of both follow', async () => {
  const leader = await newTeam(1);
  const to = await newMember(leader);
  const { status, body } = await transfer(leader, to);
  expect(status).toBe(200);
  expect(body).toEqual({
    ...{ teamId: PROGRAM, leader: to, seats: 1, used: 1, free: 0, state: 'open' },
    createdAt: expect.any(String),
  });
  await allApplied(to, leader);
  expect(tagsOf(to)?.toSorted()).toEqual([TAGS.leads, TAGS.left]);
  expect(tagsOf(leader)).toEqual([TAGS.belongs]);
  expect((await get(leader)).status).toBe(404);
  expect(await teamsOf(to)).toEqual([{ role: 'leader', since: expect.any(String), team: body }]);
  expect(await teamsOf(leader)).toEqual([{ role: 'member', since: expect.any(String), team: body }]);
});

test('a transfer that is repeated, or is to the leader itself, changes nothing', async () => {
  const leader = await newTeam();
  const to = await newMember(leader);
  const first = await transfer(leader, to);
  for (const from of [leader, to]) {
    const { status, body } = await transfer(from, to);
    expect(status).toBe(200);
    expect(body).toEqual(first.body);
  }
  expect(await teamTags(to)).toHaveLength(2); // of its joining, and of the one transfer
});

test('a former leader that leaves frees the seat of the new one, and loses its tags', async () => {
  const leader = await newTeam(1);
  const to = await newMember(leader);
  const { body } = await transfer(leader, to, { formerLeader: 'leaves' });
  expect(body).toMatchObject({ leader: to, used: 0, free: 1 });
  await allApplied(leader);
  expect(tagsOf(leader)).toEqual([TAGS.left]);
  expect(await teamsOf(leader)).toEqual([]);
  expect((await join(to, { contactId: leader })).body.joined).toBe(true);
});

test('a team is handed over to its members alone', async () => {
  const [leader, other] = [await newTeam(), await newTeam()];
  for (const to of [newContact(), other, await newMember(other)]) {
    const { status, body } = await transfer(leader, to);
    expect(status).toBe(409);
    expect(body.detail).toBe(`Contact ${to} is not in the team of contact ${leader}: it has to join first.`);
  }
  expect((await get(leader)).status).toBe(200);
});

test('a transfer from somebody who never led the team is 404, though its new leader leads one', async () => {
  const leads = await newTeam();
  const { status, body } = await transfer(newContact(), leads);
  expect(status).toBe(404);
  expect(body.detail).toContain('leads no team of crew');
});

test('who is in no team has an empty list of teams', async () => {
  expect(await teamsOf(newContact())).toEqual([]);
});

test("a site's key neither sees nor changes another site's teams", async () => {
  const leader = await newTeam();
  const member = await newMember(leader);
  const other = siteApi(latchkey, 'told');
  const answers = [
    await other.get(teamPath(leader)),
    await other.get(`${teamPath(leader)}/members`),
    await other.post(`${teamPath(leader)}/members`, { contactId: '1' }),
    await other.delete(`${teamPath(leader)}/members/${member}`),
    await other.post(`${teamPath(leader)}/transfer`, { to: member }),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
  expect(await teamsOf(member, other)).toEqual([]);
  expect((await get(leader)).body).toMatchObject({ leader, used: 1 });
});

test('a site without a CRM has teams like any other', async () => {
  const managed = siteApi(latchkey, 'managed');
  const email = 'leader@managed.example';
  const { contactId: leader } = (await managed.post('/v1/on-demand-login', { email })).body;
  await startTeam(latchkey, 'managed', leader);
  const { status, body } = await managed.post(`${teamPath(leader)}/members`, {
    email: 'new@managed.example',
  });
  expect(status).toBe(200);
  const { contactId } = body.member;
  await latchkey.until('managed', contactId, body.webhook, 'applied');
  expect([...((await latchkey.managedContact('managed', contactId))?.tags ?? [])]).toEqual(['Belongs']);
});
