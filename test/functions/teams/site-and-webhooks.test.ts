import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';
import { sqsEvent } from '../../support/sqs-event.ts';
import { PROGRAM, teamPath } from '../../support/teams.ts';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(() => latchkey.stop());

let contacts = 0;
const newContact = (): string => crm.contacts.create({ email: `both.${++contacts}@example.com` }).id;

/** Works on a contact's jobs, oldest first, as the queue would deliver them. */
async function workOff(contactId: string): Promise<void> {
  const waiting = (await latchkey.records('academy', contactId)).filter(({ state }) => state === 'queued');
  for (const job of waiting) {
    await latchkey.cloud.lambda('work').invoke(sqsEvent([job]));
    expect((await record(contactId, job.id))?.state).toBe('applied');
  }
}

const record = (contactId: string, id: string): Promise<WebhookRecord | undefined> =>
  latchkey.record('academy', contactId, id);

/** A team and a member of it, by the site. */
async function newTeam(): Promise<{ leader: string; member: string }> {
  const [leader, member] = [newContact(), newContact()];
  await latchkey.send('academy', 'aal_initiateteam', { contactId: leader, teamId: PROGRAM });
  await workOff(leader);
  expect((await api.post(`${teamPath(leader)}/members`, { contactId: member })).body.joined).toBe(true);
  await workOff(member);
  return { leader, member };
}

test('who is taken off by the site while a webhook waits that lets it join has the tags of a member in the end', async () => {
  const { leader, member } = await newTeam();
  const about = { contactId: member, teamId: PROGRAM, leaderId: leader };
  await latchkey.send('academy', 'team_join', about);
  expect((await api.delete(`${teamPath(leader)}/members/${member}`)).body.left).toBe(true);
  await workOff(member);
  expect((await api.get(`/v1/members/${member}/teams`)).body.teams).toMatchObject([{ role: 'member' }]);
  expect(crm.contacts.get(member)?.tagIds).toEqual([TAGS.belongs]);
});

test('who hands its team over while a webhook waits that gives it another has the tags of a leader in the end', async () => {
  const { leader, member } = await newTeam();
  await latchkey.send('academy', 'aal_initiateteam', { contactId: leader, teamId: PROGRAM });
  const transfer = { to: member, formerLeader: 'leaves' };
  expect((await api.post(`${teamPath(leader)}/transfer`, transfer)).status).toBe(200);
  await workOff(leader);
  expect((await api.get(teamPath(leader))).body).toMatchObject({ leader, used: 0 });
  expect(crm.contacts.get(leader)?.tagIds).toContain(TAGS.leads);
});

test('who joins and is taken off before the tags arrive is left with none of them', async () => {
  const { leader } = await newTeam();
  const contactId = newContact();
  await api.post(`${teamPath(leader)}/members`, { contactId });
  await api.delete(`${teamPath(leader)}/members/${contactId}`);
  await workOff(contactId);
  expect(crm.contacts.get(contactId)?.tagIds).toEqual([TAGS.left]);
});

test('a webhook that waited does not take off who has joined by the site since', async () => {
  const { leader, member } = await newTeam();
  await latchkey.send('academy', 'aal_removeteam', { contactId: member, teamId: PROGRAM });
  await api.delete(`${teamPath(leader)}/members/${member}`);
  await api.post(`${teamPath(leader)}/members`, { contactId: member });
  await workOff(member);
  expect((await api.get(teamPath(leader))).body.used).toBe(1);
  expect(crm.contacts.get(member)?.tagIds).toEqual([TAGS.belongs]);
});
