import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActiveCampaignSimulator } from '../../../local/crm-simulators/active-campaign.ts';
import { FIELDS, TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('told') as ActiveCampaignSimulator;
});
afterAll(() => latchkey.stop());

let contacts = 0;
const newContact = (): string =>
  crm.contacts.create({ email: `team.${++contacts}@example.com`, fields: { [FIELDS.points]: '5' } }).id;

/** Sends a team command and waits until it is final. */
async function send(command: string, contact: string, parameters: Record<string, string> = {}) {
  const body = { 'contact[id]': contact, teamId: 'crew', ...parameters };
  const id = await latchkey.send('told', command, body);
  return eventually(async () => {
    const record = await latchkey.record('told', contact, id);
    if (record?.state === 'queued') throw new Error(`${command} waits: ${record.reason}`);
    return { id, state: record?.state, reason: record?.reason };
  });
}

const tagsOf = (contact: string) => crm.contacts.get(contact)?.tagIds;

/** A team of a new leader with so many members. */
async function newTeam(members: number): Promise<{ leader: string; members: string[] }> {
  const leader = newContact();
  await send('aal_initiateteam', leader);
  const joined = Array.from({ length: members }, newContact);
  for (const member of joined) await send('team_join', member, { leaderId: leader });
  return { leader, members: joined };
}

test('a second request for a team changes nothing, and a member cannot have one', async () => {
  const { leader, members } = await newTeam(1);
  expect(await send('aal_initiateteam', leader)).toMatchObject({
    state: 'applied',
    reason: 'the contact leads a team already; it stays as it is',
  });
  expect(tagsOf(leader)).toEqual([TAGS.leads]);
  expect(await send('aal_initiateteam', members[0] ?? '')).toMatchObject({
    state: 'rejected',
    reason: expect.stringContaining('is a member of a team of crew'),
  });
});

test('seats change by any number, but those in use cannot be taken away, and the reason says how many are', async () => {
  const { leader } = await newTeam(2);
  expect(await send('aal_updateteam', leader, { change: '-2' })).toMatchObject({
    state: 'rejected',
    reason: 'the team has 3 seats and 2 are in use: 2 cannot be taken away',
  });
  expect(await send('aal_updateteam', leader, { change: '-1' })).toMatchObject({
    state: 'applied',
    reason: 'the team has 2 seats now, -1',
  });
  expect(await send('team_join', newContact(), { leaderId: leader })).toMatchObject({
    state: 'rejected',
    reason: 'the team is full: 2 of 2 seats are in use',
  });
});

test('a member leaves once, and its seat returns once', async () => {
  const { leader, members } = await newTeam(2);
  const [first = ''] = members;
  expect(await send('aal_removeteam', first)).toMatchObject({
    state: 'applied',
    reason: 'off the team; 1 of 3 seats are in use; revoke tags applied',
  });
  expect(tagsOf(first)).toEqual([TAGS.left]);
  expect(await send('aal_removeteam', first)).toMatchObject({
    state: 'applied',
    reason: 'the contact is in no team of crew',
  });
  expect(await send('aal_updateteam', leader, { change: '-2' })).toMatchObject({ state: 'applied' });
});

test('a leader is not taken off like a member; the reason says what to do instead', async () => {
  const { leader } = await newTeam(0);
  expect(await send('aal_removeteam', leader)).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/leads the team: aal_deleteteam ends it/),
  });
});

test('an interaction has a record for each person, and an operation adds points to each once', async () => {
  const { leader, members } = await newTeam(3);
  const { id, reason } = await send('aal_teamops', leader, { opId: 'reward' });
  expect(reason).toBe('started for 3 people, each with a record of its own');
  for (const member of members) {
    const child = await latchkey.until('told', member, `${id}-${member}`, 'applied');
    expect(child).toMatchObject({ command: 'team_interaction', reason: `set field ${FIELDS.points}` });
    expect(crm.contacts.get(member)?.fields[FIELDS.points]).toBe('15');
  }
  expect(crm.contacts.get(leader)?.fields[FIELDS.points]).toBe('5');
  expect(await send('aal_teamops', leader, { opId: 'unheard-of' })).toMatchObject({
    state: 'rejected',
    reason: 'the team program crew has no interaction "unheard-of": its config names those it has',
  });
});

test('a person whom the CRM does not have any more fails alone in an interaction', async () => {
  const { leader, members } = await newTeam(2);
  const [gone = '', there = ''] = members;
  crm.contacts.remove(gone);
  const { id } = await send('aal_teamops', leader, { opId: 'reward' });
  await latchkey.until('told', there, `${id}-${there}`, 'applied');
  const { reason } = await latchkey.until('told', gone, `${id}-${gone}`, 'rejected');
  expect(reason).toContain(`the CRM has no contact ${gone}`);
});

test('deleting a team takes everybody off it, those included whom the CRM does not have any more', async () => {
  const { leader, members } = await newTeam(3);
  const [gone = '', ...there] = members;
  crm.contacts.remove(gone);
  expect(await send('aal_deleteteam', leader)).toMatchObject({
    state: 'applied',
    reason: 'team deleted; 3 members and the leader are off it',
  });
  for (const contact of [leader, ...there]) expect(tagsOf(contact)).toEqual([TAGS.left]);
  expect(latchkey.lines.filter((line) => line.includes('tags not revoked'))).toHaveLength(1);
  expect(await send('aal_deleteteam', leader)).toMatchObject({
    state: 'applied',
    reason: 'the contact leads no team of crew: nothing to delete',
  });
  expect(await send('aal_initiateteam', there[0] ?? '')).toMatchObject({ state: 'applied' });
});

test('a contact that the CRM does not have gets no tags, and the reason says what stands even so', async () => {
  const { leader } = await newTeam(0);
  expect(await send('team_join', '4711', { leaderId: leader })).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/^took seat 1 of 3, but its tags could not be changed: /),
  });
});

test('a program or a leader that is not there is rejected with the name that was given', async () => {
  const contact = newContact();
  expect(await send('aal_initiateteam', contact, { teamId: 'toString' })).toMatchObject({
    state: 'rejected',
    reason: 'the site has no team program "toString": its config names those it has',
  });
  expect(await send('team_join', contact, { leaderId: '4711' })).toMatchObject({
    state: 'rejected',
    reason: 'contact 4711 leads no team of crew',
  });
});

test('the site is told at once that a member gained and lost access by its team', async () => {
  const { leader } = await newTeam(0);
  const member = newContact();
  const genpass = await latchkey.send('told', 'aal_genpass', { 'contact[id]': member });
  await latchkey.until('told', member, genpass, 'applied');
  await send('team_join', member, { leaderId: leader });
  await send('aal_deleteteam', leader);
  const told = () =>
    latchkey.sites
      .get('told')
      ?.taken.filter(({ type, data }) => data.contactId === member && type.startsWith('access.'))
      .map(({ type, data }) => ({ type, contents: data.contents }));
  await eventually(async () =>
    expect(told()).toEqual([
      { type: 'access.granted', contents: ['crew'] },
      { type: 'access.revoked', contents: ['crew'] },
    ]),
  );
});
