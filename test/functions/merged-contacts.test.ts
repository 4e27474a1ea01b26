import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { type SiteApi, siteApi } from '../support/site-api.ts';

const PASSWORD = '7';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(() => latchkey.stop());

const genpass = async (contact: string, state: 'applied' | 'rejected' = 'applied') =>
  latchkey.until(
    'academy',
    contact,
    await latchkey.send('academy', 'aal_genpass', { 'contact[id]': contact }),
    state,
  );
const findable = (email: string, contact: string) =>
  eventually(async () => {
    const { body } = await api.get(`/v1/members?email=${email}`);
    expect(body.members.map(({ contactId }: { contactId: string }) => contactId)).toContain(contact);
  });

async function newMember(email: string): Promise<string> {
  const { id } = crm.contacts.create({ email });
  await genpass(id);
  await findable(email, id);
  return id;
}

test('a contact that was merged into another leaves it the account: the person keeps the password', async () => {
  const email = 'merged.one@example.com';
  const loser = await newMember(email);
  const password = crm.contacts.get(loser)?.fields[PASSWORD] ?? '';
  // The winner lost the password's field in the merge, as happens where the two accounts had other fields.
  const { id: winner } = crm.contacts.create({ email: 'merged.winner@example.com' });
  crm.contacts.remove(loser);
  crm.contacts.edit(winner, { email });
  const record = await genpass(winner);
  expect(record.reason).toBe(
    `account taken over from contact ${loser}, which the CRM merged into this one; password untouched`,
  );
  const { account } = (await latchkey.member('academy', winner)) ?? {};
  expect(await passwordMatches(password, account?.passwordHash ?? '')).toBe(true);
  expect(await latchkey.member('academy', loser)).toMatchObject({ mergedInto: winner });
  expect(await latchkey.member('academy', loser)).not.toHaveProperty('account');
});

test('the merge of two contacts by the CRM itself: the old id is gone, the new one has tags and password of both', async () => {
  const email = 'merged.two@example.com';
  const loser = await newMember(email);
  crm.contacts.addTag(loser, TAGS.foundations);
  const { id: winner } = crm.contacts.create({ email: 'merged.two.other@example.com' });
  crm.contacts.merge(loser, winner);
  crm.contacts.edit(winner, { email });
  await genpass(winner);
  const { body } = await api.visit(winner);
  expect(body.member).toMatchObject({ state: 'member', access: ['foundations'] });
  expect((await api.visit(loser, 'profile-view')).body.member.state).toBe('gone');
});

test('an account stays with its contact when another contact gets the address that it had', async () => {
  const email = 'passed.on@example.com';
  const first = await newMember(email);
  const { id: second } = crm.contacts.create({ email: 'not.yet@example.com' });
  crm.contacts.edit(first, { email: 'moved.away@example.com' });
  crm.contacts.edit(second, { email });
  await genpass(second); // our copy of the first still has the address, and the CRM is asked
  expect((await latchkey.member('academy', first))?.account).toBeDefined();
  expect((await latchkey.member('academy', second))?.account).toBeDefined();
});

test('two contacts with one address do not become two accounts: the second is rejected, and says what to do', async () => {
  const email = 'shared.address@example.com';
  const send = (contact_id: string) => latchkey.send('managed', 'aal_genpass', { contact_id, email });
  await latchkey.until('managed', 'one', await send('one'), 'applied');
  const { reason } = await latchkey.until('managed', 'two', await send('two'), 'rejected');
  expect(reason).toBe(
    'contact one has an account with the same e-mail address: merge the two in the CRM, and send this again',
  );
  expect(await latchkey.member('managed', 'two')).not.toHaveProperty('account');
});

test('a deleted contact: jobs are rejected, the member keeps its account and sees nothing, its flag is down', async () => {
  const id = await newMember('deleted@example.com');
  crm.contacts.addTag(id, TAGS.premium);
  await api.visit(id, 'profile-view');
  crm.contacts.remove(id);
  const webhook = await latchkey.send('academy', 'aal_batchsync', { 'contact[id]': id });
  const { reason } = await latchkey.until('academy', id, webhook, 'rejected');
  expect(reason).toBe(`the CRM has no contact ${id}: deleted, or merged into another`);
  const { body } = await api.get(`/v1/members/${id}`);
  expect(body).toMatchObject({ state: 'gone', tags: [], access: [], needsSync: false });
  expect(body.account).not.toBeNull();
});

test('a contact that comes back from the dead is a member again at its next pull', async () => {
  const id = await newMember('lazarus@example.com');
  crm.faults.next({ does: 'answer', status: 404, route: 'GET /contacts/{id}' });
  expect((await api.visit(id, 'profile-view')).body.member.state).toBe('gone');
  expect((await api.visit(id, 'profile-view')).body.member).toMatchObject({
    state: 'member',
    email: 'lazarus@example.com',
  });
  expect(await latchkey.member('academy', id)).not.toHaveProperty('goneAt');
});

test('a contact that is empty at first waits without an account, and becomes a member when it has an address', async () => {
  const { id } = crm.contacts.create({ email: 'soon@example.com' });
  crm.contacts.edit(id, { email: '' });
  const webhook = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': id });
  await eventually(async () => {
    const record = await latchkey.record('academy', id, webhook);
    expect(record?.reason).toContain('no e-mail address yet');
    expect(record?.state).toBe('queued');
  });
  crm.contacts.edit(id, { email: 'soon@example.com' });
  await eventually(
    async () => expect((await latchkey.record('academy', id, webhook))?.state).toBe('applied'),
    40_000,
  );
  expect((await latchkey.member('academy', id))?.account).toBeDefined();
}, 60_000);
