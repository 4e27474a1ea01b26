import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { paymentLinkKey } from '../../../functions/store/keys.ts';
import { HANDSHAKES } from '../../support/latchkey.config.ts';
import { eventually, type TestLatchkey, type TestSite } from '../../support/latchkey.ts';
import { siteApi } from '../../support/site-api.ts';
import { type Item, openTable, type TableAccess } from '../../support/table-access.ts';
import { PROGRAM, startTeam } from '../../support/teams.ts';
import { latchkey as run } from '../latchkey.ts';
import { type LocalLatchkey, startLocalLatchkey } from '../local-latchkey.ts';

const CANARY = { email: 'canary-5d1e@forget.example', firstName: 'Canarina', phone: '+15550199' };
const LEADER = '1';

let local: LocalLatchkey;
let folder: string;
let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  local = await startLocalLatchkey();
  ({ latchkey, folder } = local);
  table = openTable(latchkey);
}, 120_000);
afterAll(async () => {
  table.close();
  await local.stop();
});

const forget = (who: string, site: TestSite, ...options: string[]) =>
  run('forget', who, '--site', site, '--local', folder, ...options);
const ofContact = async (site: TestSite, id: string): Promise<Item[]> =>
  (await table.items()).filter(({ pk }) => pk === `${site}#${id}`);

/** Has Latchkey know everything about somebody that it can know. */
async function makeTraces(): Promise<string> {
  const account = latchkey.simulators.get('told');
  const id = account?.contacts.create({ ...CANARY, fields: { 5: 'gold' } }).id ?? '';
  const genpass = await latchkey.send('told', 'aal_genpass', { contactId: id });
  await latchkey.until('told', id, genpass, 'applied');
  await startTeam(latchkey, 'told', LEADER);
  const about = { contactId: id, teamId: PROGRAM, leaderId: LEADER };
  await latchkey.until('told', id, await latchkey.send('told', 'team_join', about), 'applied');
  const points = { contactId: id, operationId: 'ten-points' };
  await latchkey.until('told', id, await latchkey.send('told', 'aal_fieldop', points), 'applied');
  const api = siteApi(latchkey, 'told');
  const wrong = { email: CANARY.email, password: 'wrong', address: '203.0.113.9' };
  expect((await api.post('/v1/login', wrong)).status).toBe(401);
  const subscriptions = { club: { id: 'sub_canary', provider: 'stripe', state: 'active' } };
  const coupons = { welcome: { id: 'promo_canary', code: 'HEY-CANARY' } };
  await table.changeItem(`told#${id}`, 'member', { subscriptions, coupons });
  for (const [link, of] of [
    ['sub_canary', 'club'],
    ['promo_canary', 'welcome'],
  ] as const)
    await table.putItem({ ...paymentLinkKey('told', 'stripe', link), contactId: id, of });
  // A date that is a job: when the code expires.
  await table.putItem({
    ...{ pk: `told#${id}`, sk: 'webhook#7ZZZZZZZZZZZZZZZZZZZZZZZZZ', id: '7ZZZZZZZZZZZZZZZZZZZZZZZZZ' },
    ...{ site: 'told', contactId: id, command: 'coupon_look', state: 'queued', queue: 'operations' },
    receivedAt: '2999-01-01T00:00:00.000Z',
  });
  await eventually(async () => {
    const waiting = (await ofContact('told', id)).filter(
      ({ state, sk }) => state === 'queued' && !sk.includes('7ZZZ'),
    );
    expect(waiting).toEqual([]);
  });
  return id;
}

test('of a person that is forgotten, nothing is left in the table', async () => {
  const id = await makeTraces();
  const kinds = new Set((await ofContact('told', id)).map(({ sk }) => sk.split('#')[0]));
  expect(kinds).toEqual(new Set(['member', 'flag', 'webhook', 'event', 'place', 'claim']));
  const before = await table.items();

  const look = await forget(CANARY.email, 'told');
  expect(look.code).toBe(0);
  expect(look.out).toContain(`There is of contact ${id}:`);
  expect(look.out).toContain('  1 member, with its account\n');
  expect(look.out).toContain('  3 payment links and counts of failed logins\n');
  expect(look.out).toContain('Nothing was erased: --yes erases it.');
  expect(await table.items()).toEqual(before);

  const { code, out } = await forget(CANARY.email, 'told', '--yes');
  expect(code).toBe(0);
  expect(out).toContain(`Erased of contact ${id}:`);
  expect(out).toContain('they expire after 30 days');
  expect(await ofContact('told', id)).toEqual([]);
  const left = await table.items();
  for (const canary of [
    CANARY.email,
    CANARY.firstName,
    CANARY.phone,
    'HEY-CANARY',
    'sub_canary',
    'promo_canary',
  ])
    expect(JSON.stringify(left)).not.toContain(canary);
  expect(left.filter(({ pk }) => pk.startsWith('attempts#'))).toHaveLength(1); // of the visitor's address
  expect(left.find(({ sk }) => sk === 'team')).toMatchObject({ leader: LEADER, used: 0 });
  expect(left.filter(({ contactId }) => contactId === id).map(({ sk }) => sk)).toEqual([
    expect.stringMatching(/^former#/),
  ]);
  for (const seen of [look, { out }]) expect(JSON.stringify(seen)).not.toMatch(/canary|Canarina/);

  expect((await forget(id, 'told', '--yes')).out).toBe(`There is nothing of contact ${id}.\n`);
}, 60_000);

test('who leads a team is not forgotten, and the way out is told', async () => {
  await startTeam(latchkey, 'told', '2');
  const before = await ofContact('told', '2');
  const { code, err } = await forget('2', 'told', '--yes');
  expect(code).toBe(1);
  expect(err).toBe(
    'Nothing was erased: contact 2 leads a team of crew: delete the team with aal_deleteteam, or transfer it by the site API.\n',
  );
  expect((await ofContact('told', '2')).map(({ sk }) => sk)).toEqual(before.map(({ sk }) => sk));
});

test('who has a job that waits is not forgotten yet', async () => {
  const id = await latchkey.send('academy', 'aal_updateuser', { contactId: '3' });
  await table.changeItem('academy#3', `webhook#${id}`, { state: 'queued', queue: 'operations' });
  const { code, err } = await forget('3', 'academy', '--yes');
  expect({ code, err }).toEqual({
    code: 1,
    err: 'Nothing was erased: 1 jobs of contact 3 are not done yet: try again when they are.\n',
  });
  expect(await ofContact('academy', '3')).toHaveLength(2);
  await table.changeItem('academy#3', `webhook#${id}`, { state: 'flagged' });
  expect((await forget('3', 'academy', '--yes', '--json')).out).toBe(
    `${JSON.stringify({ contact: '3', erased: true, items: { flag: 1, 'webhooks, jobs for a coming date included': 1 } })}\n`,
  );
  expect(await ofContact('academy', '3')).toEqual([]);
});

test('a managed contact goes as a whole, found by its address though it is no member yet', async () => {
  const body = { email: CANARY.email, first_name: CANARY.firstName };
  expect((await latchkey.post('managed', 'aal_updateuser', body)).status).toBe(200);
  await eventually(async () => {
    const items = await table.items();
    expect(JSON.stringify(items)).toContain(CANARY.firstName);
    expect(items.filter(({ pk, state }) => pk.startsWith('managed#') && state === 'queued')).toEqual([]);
  });
  const { code, out } = await forget(CANARY.email, 'managed', '--yes');
  expect(code).toBe(0);
  expect(out).toContain('  1 contact that is in no CRM\n');
  expect(JSON.stringify(await table.items())).not.toMatch(/canary|Canarina/);
});

test('a webhook that comes later is recorded anew', async () => {
  await latchkey.send('academy', 'aal_updateuser', { contactId: '4' });
  await forget('4', 'academy', '--yes');
  expect(await ofContact('academy', '4')).toEqual([]);
  await fetch(`${latchkey.cloud.url}/?aal_updateuser=${HANDSHAKES.academy}&contactId=4`, { method: 'POST' });
  expect(await latchkey.flag('academy', '4')).toMatchObject({ requestedVersion: 1 });
});

test('an address of several contacts is no one person', async () => {
  const emailKey = 'academy#twins@forget.example';
  for (const id of ['91', '92']) await table.putItem({ pk: `academy#${id}`, sk: 'member', emailKey });
  const { code, err } = await forget('twins@forget.example', 'academy', '--yes');
  expect({ code, err }).toEqual({
    code: 1,
    err: '2 contacts have this e-mail address. Say which: 91, 92.\n',
  });
});
