import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { TimedWorld } from '../../../functions/jobs/apply.ts';
import type { Site } from '../../../functions/platform/config.ts';
import type { MemberItem } from '../../../functions/store/members.ts';
import type { Webhook } from '../../../functions/webhooks/webhook.ts';
import { together } from '../../support/modules.ts';
import sites from '../../support/sites.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/commands/appliers.ts'),
    import('../../../functions/crm/open-crm.ts'),
    import('../../../functions/store/managed-contacts.ts'),
    import('../../../functions/store/members.ts'),
    import('../../../functions/store/teams.ts'),
    import('../../../functions/store/webhooks.ts'),
  );

let table: TestTable;
let modules: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  modules = await load();
});
afterAll(() => table.stop());

/** Its contacts are in no CRM, so that all that a job does shows in the table. */
const MANAGED = sites.find(({ id }) => id === 'managed') as Site;
const remainingMs = () => 60_000;

let contacts = 0;
async function newContact(tags: string[] = []): Promise<string> {
  const id = `c${++contacts}`;
  await modules.storeManagedContact('managed', id, { email: `${id}@example.com`, tags });
  return id;
}
const tagsOf = async (id: string) => {
  const [contact] = await modules.readManagedContacts('managed', [id]);
  return contact?.tags.toSorted();
};
const memberOf = (id: string): Promise<MemberItem | undefined> => modules.readMember('managed', id);

let jobs = 0;
/** Records a job and applies it, as a worker does. @returns what it says it did */
async function apply(
  command: string,
  contactId: string,
  parameters: Record<string, unknown> = {},
  { site = MANAGED, ...more }: Partial<Omit<Webhook, 'site'>> & { site?: Site } = {},
): Promise<string> {
  const receivedAt = new Date().toISOString();
  const webhook = { id: `w${++jobs}`, site: site.id, command, contactId, parameters, receivedAt, ...more };
  await modules.recordWebhook(webhook, { state: 'queued', queue: 'operations', recordDays: 30 });
  const crm = await modules.openCrm(site, { first: 0, later: 0, remainingMs });
  const world: TimedWorld = { site, crm, remainingMs };
  const applier = modules.appliers[command];
  if (!applier) throw new Error(`nothing applies ${command}`);
  return applier({ ...webhook, attempt: 1 }, world);
}

test.each([
  ['aal_updateuser', 'pulled from the CRM'],
  ['aal_batchsync', 'taken over from the webhook'],
  ['pull', 'pulled from the CRM'],
])('%s makes our copy of the contact', async (command, words) => {
  const contact = await newContact(['a']);
  expect(await apply(command, contact)).toBe(words);
  expect(await memberOf(contact)).toMatchObject({ email: `${contact}@example.com`, tags: ['a'] });
});

test('a pull that was asked for before the last one has nothing to do', async () => {
  const contact = await newContact(['a']);
  await apply('pull', contact);
  const pulledAt = (await memberOf(contact))?.pulledAt ?? '';
  await modules.storeManagedContact('managed', contact, { tags: ['b'] });
  const earlier = new Date(Date.parse(pulledAt) - 1).toISOString();
  expect(await apply('pull', contact, {}, { receivedAt: earlier })).toMatch(/^nothing to pull/);
  expect((await memberOf(contact))?.tags).toEqual(['a']);
  expect(await apply('pull', contact, {}, { receivedAt: pulledAt })).toBe('pulled from the CRM');
  expect((await memberOf(contact))?.tags).toEqual(['b']);
});

test('aal_genpass makes a member with a password, and says so by the completion tag', async () => {
  const contact = await newContact();
  expect(await apply('aal_genpass', contact)).toBe('account created, password generated');
  expect((await memberOf(contact))?.account?.passwordFrom).toBe('generated');
  expect(await tagsOf(contact)).toEqual(['account ready']);
});

test('mbr_genpass takes a password that is given, and adds the tags that are', async () => {
  const contact = await newContact();
  const parameters = { tid: ['12', '40'], automation: [], default_pass: 'correct horse', autoregister: true };
  expect(await apply('mbr_genpass', contact, parameters)).toBe('account created, password given');
  expect(await tagsOf(contact)).toEqual(['12', '40', 'account ready']);
});

test('mbr_genpass creates no account where it is not to register, and generates where none is given', async () => {
  const contact = await newContact();
  const parameters = { tid: [], automation: [], autoregister: false };
  expect(await apply('mbr_genpass', contact, parameters)).toMatch(/filled \(generated\), no account created/);
  expect((await memberOf(contact))?.account).toBeUndefined();
});

test('mbr_genpass starts the automations that are named, which contacts in no CRM have not', async () => {
  const parameters = { tid: [], automation: ['3'], autoregister: true };
  await expect(apply('mbr_genpass', await newContact(), parameters)).rejects.toMatchObject({
    name: 'Rejected',
  });
});

test('genpass_if_tagged makes a member of a contact that has one of the site’s tags, and of no other', async () => {
  const site = { ...MANAGED, genpassOnTags: ['Gold', 'Silver'] };
  const [tagged, other] = [await newContact(['Bronze', 'silver']), await newContact(['Bronze'])];
  expect(await apply('genpass_if_tagged', tagged, {}, { site })).toBe('account created, password generated');
  expect(await apply('genpass_if_tagged', other, {}, { site })).toBe('has none of the tags of genpassOnTags');
  expect((await memberOf(other))?.account).toBeUndefined();
});

test('aal_fieldop runs the operation that it names', async () => {
  const contact = await newContact();
  await apply('aal_fieldop', contact, { operationId: 'ten-points' });
  const [{ fields } = { fields: {} }] = await modules.readManagedContacts('managed', [contact]);
  expect(fields).toEqual({ points: '10' });
});

test.each([
  ['aal_adminstopsubscription', { productId: 'clubb' }, /no product clubb/],
  ['aal_cancelsubscription', { productId: 'clubb' }, /no product clubb/],
  ['aal_chargesubscription', { productId: 'clubb' }, /no product clubb/],
  ['aal_revokesubscription', { productId: 'clubb' }, /no product clubb/],
  ['aal_createcoupon', { promoId: 'summer' }, /no promotion summer/],
  ['aal_fieldop', { operationId: 'none' }, /no operation "?none/],
  ['subscription_look', { provider: 'stripe', id: 'sub_9' }, /^sub_9 is another contact's/],
  ['mbr_password_reset', {}, /takes no events/],
  ['aal_teamops', { teamId: 'crews', opId: 'tell' }, /"crews"/],
  ['aal_initiateteam', { teamId: 'crews' }, /"crews"/],
  ['aal_updateteam', { teamId: 'crew', change: 5 }, /leads no team of crew/],
])('%s goes by what it names, and says what there is not: %j', async (command, parameters, words) => {
  await expect(apply(command, await newContact(), parameters)).rejects.toThrow(words);
});

test('coupon_look leaves a contact alone that has no such code', async () => {
  const look = { provider: 'stripe', id: 'promo_9' };
  expect(await apply('coupon_look', await newContact(), look)).toMatch(/another code by now, or none/);
});

test('subscription_find asks the provider that it names', async () => {
  const find = { provider: 'abacus', id: 'sub_9' };
  await expect(apply('subscription_find', await newContact(), find)).rejects.toThrow(/abacus/);
});

/** A team of the program crew, with a member. */
async function newTeam() {
  const [leader, member] = [await newContact(), await newContact()];
  const created = await apply('aal_initiateteam', leader, { teamId: 'crew' });
  const joined = await apply('team_join', member, { teamId: 'crew', leaderId: leader });
  return { leader, member, words: [created, joined] };
}
const placeOf = (contact: string) => modules.readPlaceAndTeam('managed', contact, 'crew');

test('a team is created, joined, changed, left and deleted, and tags follow each', async () => {
  const { leader, member, words } = await newTeam();
  expect(words).toEqual([
    'team created with 3 seats; leader tags applied',
    'took seat 1 of 3; member tags applied',
  ]);
  expect([await tagsOf(leader), await tagsOf(member)]).toEqual([['Leads'], ['Belongs']]);

  await apply('aal_updateteam', leader, { teamId: 'crew', change: -2 });
  expect((await placeOf(leader))?.team).toMatchObject({ seats: 1, used: 1 });

  const left = await apply('aal_removeteam', member, { teamId: 'crew' });
  expect(left).toBe('off the team; 0 of 1 seats are in use; revoke tags applied');
  expect(await tagsOf(member)).toEqual(['Left']);

  expect(await apply('aal_deleteteam', leader, { teamId: 'crew' })).toMatch(/^team deleted/);
  expect(await placeOf(leader)).toBeUndefined();
});

test('a webhook that comes late takes nobody off a team who has joined since', async () => {
  const { member } = await newTeam();
  const before = { receivedAt: '2020-01-01T00:00:00.000Z' };
  expect(await apply('aal_removeteam', member, { teamId: 'crew' }, before)).toMatch(
    /^the contact joined again/,
  );
  expect(await placeOf(member)).toMatchObject({ place: { role: 'member' } });
});

test('who joins by a webhook has the place by that', async () => {
  const { leader } = await newTeam();
  const contact = await newContact();
  const asked = { id: 'asked', receivedAt: '2026-11-27T01:02:03.000Z' };
  await apply('team_join', contact, { teamId: 'crew', leaderId: leader }, asked);
  expect((await placeOf(contact))?.place).toMatchObject({ by: 'asked', askedAt: asked.receivedAt });
});

test('team_interaction does to one person what the interaction says: tags, or an operation', async () => {
  const contact = await newContact();
  const tell = { teamId: 'crew', opId: 'tell' };
  expect(await apply('team_interaction', contact, tell)).toBe('tags of the interaction applied');
  expect(await tagsOf(contact)).toEqual(['Told']);
  await apply('team_interaction', contact, { teamId: 'crew', opId: 'reward' });
  const [{ fields } = { fields: {} }] = await modules.readManagedContacts('managed', [contact]);
  expect(fields).toEqual({ points: '10' });
  expect(await tagsOf(contact)).toEqual(['Told']);
});

test('team_tags brings tags in line with the role that the site gave', async () => {
  const { member } = await newTeam();
  const team = (await placeOf(member))?.team.team;
  const change = { program: 'crew', team, from: 'member', to: 'none', by: 'r1' };
  await modules.changeManagedTags('managed', member, 'ADD', ['Other']);
  const place = await placeOf(member);
  expect(
    await apply('team_tags', member, { ...change, from: 'none', to: 'member', by: place?.place.by }),
  ).toBe('none → member in crew; member tags applied');
  expect(await tagsOf(member)).toEqual(['Belongs', 'Other']);
});
