import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../functions/members/password.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { eventually, startTestLatchkey, type TestLatchkey, type TestSite } from '../support/latchkey.ts';

const PASSWORD = 7; // the field and tag that test/support/latchkey.config.ts names for the site academy
const READY = '9';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
let legacyCrm: ActiveCampaignSimulator;

beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  legacyCrm = latchkey.simulators.get('legacy') as ActiveCampaignSimulator;
});
afterAll(() => latchkey.stop());

/** Sends a command and waits until it is applied. */
async function apply(site: TestSite, command: string, body: Record<string, string>) {
  const contact = body['contact[id]'] ?? '';
  return latchkey.until(site, contact, await latchkey.send(site, command, body), 'applied');
}

test('aal_genpass creates the member: its hash fits the password in the CRM field, which our copy does not hold', async () => {
  const { id } = await apply('academy', 'aal_genpass', { 'contact[id]': '1' });
  const member = await latchkey.member('academy', '1');
  const password = crm.contacts.get('1')?.fields[PASSWORD] ?? '';
  expect(password).toMatch(/^[2-9a-km-zA-HJ-NP-Z]{16}$/);
  expect(await passwordMatches(password, member?.account?.passwordHash ?? '')).toBe(true);
  expect(member?.account).toMatchObject({ passwordFrom: 'generated', createdBy: id });
  expect(member?.passwordSeed).toBeUndefined();
  expect(JSON.stringify(member)).not.toContain(password);
});

test('the member has what the CRM has, and the flag is down', async () => {
  await apply('academy', 'aal_genpass', { 'contact[id]': '2' });
  const contact = crm.contacts.get('2');
  const member = await latchkey.member('academy', '2');
  expect(member).toMatchObject({ email: contact?.email, firstName: contact?.firstName, contactId: '2' });
  expect(new Set(member?.tags)).toEqual(new Set(contact?.tagIds));
  const flag = await latchkey.flag('academy', '2');
  expect(flag?.syncedVersion).toBe(flag?.requestedVersion);
  expect(flag?.pendingKey).toBeUndefined();
});

test('the completion tag is set in the CRM and in our copy when all is done', async () => {
  await apply('academy', 'aal_genpass', { 'contact[id]': '3' });
  expect(crm.contacts.get('3')?.tagIds).toContain(READY);
  expect((await latchkey.member('academy', '3'))?.tags).toContain(READY);
});

test('a password that stands in the CRM field already is adopted', async () => {
  crm.contacts.edit('4', { fields: { [PASSWORD]: 'chosen-by-hand' } });
  await apply('academy', 'aal_genpass', { 'contact[id]': '4' });
  const { account } = (await latchkey.member('academy', '4')) ?? {};
  expect(account?.passwordFrom).toBe('adopted');
  expect(await passwordMatches('chosen-by-hand', account?.passwordHash ?? '')).toBe(true);
  expect(crm.contacts.get('4')?.fields[PASSWORD]).toBe('chosen-by-hand');
});

test('a member that exists keeps its password, even when the field was emptied since', async () => {
  await apply('academy', 'aal_genpass', { 'contact[id]': '5' });
  const before = (await latchkey.member('academy', '5'))?.account;
  crm.contacts.edit('5', { fields: { [PASSWORD]: '' } });
  await apply('academy', 'aal_genpass', { 'contact[id]': '5' });
  expect((await latchkey.member('academy', '5'))?.account).toEqual(before);
  expect(crm.contacts.get('5')?.fields[PASSWORD] ?? '').toBe('');
});

test('without legacyFullUpdate aal_genpass marks an existing member and asks the CRM nothing about it', async () => {
  await apply('academy', 'aal_genpass', { 'contact[id]': '6' });
  const reads = () => crm.requests.byRoute['GET /contacts/{id}'];
  const readsBefore = reads();
  await apply('academy', 'aal_genpass', { 'contact[id]': '6' });
  expect(reads()).toBe(readsBefore);
  const flag = await latchkey.flag('academy', '6');
  expect(Number(flag?.requestedVersion)).toBeGreaterThan(Number(flag?.syncedVersion));
});

test('with legacyFullUpdate aal_genpass and aal_updateuser pull an existing member at once', async () => {
  await apply('legacy', 'aal_genpass', { 'contact[id]': '1' });
  for (const [command, name] of [
    ['aal_genpass', 'Grace'],
    ['aal_updateuser', 'Barbara'],
  ] as const) {
    legacyCrm.contacts.edit('1', { firstName: name });
    await apply('legacy', command, { 'contact[id]': '1' });
    expect((await latchkey.member('legacy', '1'))?.firstName).toBe(name);
  }
});

test('a site without a password field gets an account all the same', async () => {
  await apply('legacy', 'aal_genpass', { 'contact[id]': '2' });
  expect((await latchkey.member('legacy', '2'))?.account?.passwordFrom).toBe('generated');
});

test('mbr_genpass uses default_pass, adds its tags and starts its automations', async () => {
  await apply('academy', 'mbr_genpass', {
    'contact[id]': '7',
    default_pass: 'welcome-2026',
    tid: '2,4',
    automation: '1',
  });
  const { account, tags } = (await latchkey.member('academy', '7')) ?? {};
  expect(account?.passwordFrom).toBe('given');
  expect(await passwordMatches('welcome-2026', account?.passwordHash ?? '')).toBe(true);
  const contact = crm.contacts.get('7');
  expect(contact?.fields[PASSWORD]).toBe('welcome-2026');
  expect(contact?.tagIds).toEqual(expect.arrayContaining(['2', '4', READY]));
  expect(tags).toEqual(expect.arrayContaining(['2', '4', READY]));
  expect(contact?.automations).toHaveLength(1);
});

test('mbr_genpass with autoregister=n fills the field and creates no account', async () => {
  await apply('academy', 'mbr_genpass', { 'contact[id]': '8', autoregister: 'n' });
  expect(crm.contacts.get('8')?.fields[PASSWORD]).toMatch(/^\w{16}$/);
  expect((await latchkey.member('academy', '8'))?.account).toBeUndefined();
});

test('the record forgets default_pass as soon as the job is final', async () => {
  const { id } = await apply('academy', 'mbr_genpass', { 'contact[id]': '9', default_pass: 'welcome-2026' });
  expect(JSON.stringify(await latchkey.record('academy', '9', id))).not.toContain('welcome-2026');
});

test('a contact that the CRM does not have is rejected, with the reason in the record', async () => {
  const id = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': '999999' });
  const record = await latchkey.until('academy', '999999', id, 'rejected');
  expect(record.reason).toContain('no contact 999999');
  expect(record.pendingAt).toBeUndefined();
});

test('a contact without an e-mail address is looked at again later, not given up', async () => {
  const { id: contact } = crm.contacts.create({ email: '' });
  const id = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': contact });
  await eventually(async () => {
    const record = await latchkey.record('academy', contact, id);
    expect(record).toMatchObject({ state: 'queued', attempts: 1 });
    expect(record?.reason).toContain('no e-mail address yet');
  });
});

test('ten genpass webhooks of one contact at once create one account with one password', async () => {
  const ids = await Promise.all(
    Array.from({ length: 10 }, () => latchkey.send('academy', 'aal_genpass', { 'contact[id]': '10' })),
  );
  for (const id of ids) await latchkey.until('academy', '10', id, 'applied');
  const password = crm.contacts.get('10')?.fields[PASSWORD] ?? '';
  const { account } = (await latchkey.member('academy', '10')) ?? {};
  expect(await passwordMatches(password, account?.passwordHash ?? '')).toBe(true);
});
