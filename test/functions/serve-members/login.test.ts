import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

const PASSWORD_FIELD = '7';
const MOST_PER_MEMBER = 10;
const MOST_PER_ADDRESS = 50;

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

let addresses = 0;
/** An address that nobody has tried from. */
const newAddress = (): string => `192.0.2.${++addresses}`;

/** A member with an account. */
async function newMember(email: string) {
  const { id } = crm.contacts.create({ email });
  const webhook = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': id });
  await latchkey.until('academy', id, webhook, 'applied');
  const password = crm.contacts.get(id)?.fields[PASSWORD_FIELD] ?? '';
  await eventually(async () => {
    const { body } = await api.get(`/v1/members?email=${encodeURIComponent(email)}`);
    expect(body.members).toHaveLength(1);
  });
  return { id, password };
}

const login = (email: string, password: string, address = newAddress()) =>
  api.post('/v1/login', { email, password, address });

test('a member logs in with its e-mail address, in any case, and the password in the CRM', async () => {
  const { id, password } = await newMember('login.ok@example.com');
  crm.contacts.addTag(id, TAGS.premium);
  const { status, body } = await login(' Login.OK@example.com ', password);
  expect(status).toBe(200);
  expect(body).toMatchObject({ contactId: id, state: 'member', account: { passwordFrom: 'generated' } });
  expect(JSON.stringify(body)).not.toContain('scrypt');
});

test('a wrong password, an unknown address, and a contact without an account are answered alike', async () => {
  const { password } = await newMember('login.wrong@example.com');
  await api.visit('3');
  const answers = [
    await login('login.wrong@example.com', `${password}x`),
    await login('nobody.at.all@example.com', password),
    await login(crm.contacts.get('3')?.email ?? '', password),
  ];
  for (const { status, headers, body } of answers) {
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBeNull(); // that is for a wrong key
    expect(body).toEqual(answers[0]?.body);
  }
});

test('after ten failed attempts a member is locked for everybody, whatever the password, and others are not', async () => {
  const { password } = await newMember('login.locked@example.com');
  const other = await newMember('login.free@example.com');
  for (let attempt = 1; attempt <= MOST_PER_MEMBER; attempt++) {
    expect((await login('login.locked@example.com', 'wrong')).status).toBe(401);
  }
  const { status, headers, body } = await login('login.locked@example.com', password);
  expect(status).toBe(429);
  expect(Number(headers.get('retry-after'))).toBeGreaterThan(800);
  expect(body.title).toBe('Too many attempts');
  expect((await login('login.free@example.com', other.password)).status).toBe(200);
});

test('attempts that come at once are counted before they are made', async () => {
  await newMember('login.storm@example.com');
  const storm = await Promise.all(
    Array.from({ length: 14 }, () => login('login.storm@example.com', 'wrong')),
  );
  expect(storm.filter(({ status }) => status === 401)).toHaveLength(MOST_PER_MEMBER);
  expect(storm.filter(({ status }) => status === 429)).toHaveLength(4);
});

/** Makes one failed attempt, and sets what counts it, for the member and for the visitor's address. */
async function setCounters(email: string, attributes: object, address = newAddress()): Promise<void> {
  const counters = async () => (await table.items()).filter(({ pk }) => pk.startsWith('attempts#'));
  const before = new Set((await counters()).map(({ pk }) => pk));
  await login(email, 'wrong', address);
  const fresh = (await counters()).filter(({ pk }) => !before.has(pk));
  expect(fresh).toHaveLength(2);
  for (const { pk, sk } of fresh) await table.changeItem(pk, sk, { ...attributes });
}

test('an address that nobody has is locked like any other, so that it cannot be told by that', async () => {
  await setCounters('login.nobody@example.com', { attempts: MOST_PER_MEMBER });
  expect((await login('login.nobody@example.com', 'wrong')).status).toBe(429);
});

test('logins that succeed are not counted', async () => {
  const { password } = await newMember('login.often@example.com');
  await setCounters('login.often@example.com', { attempts: MOST_PER_MEMBER - 1 });
  for (let turn = 1; turn <= 3; turn++) {
    expect((await login('login.often@example.com', password)).status).toBe(200);
  }
});

test("a visitor's address is limited over all members it tries", async () => {
  const address = newAddress();
  await setCounters('nobody.0@example.com', { attempts: MOST_PER_ADDRESS }, address);
  expect((await login('nobody.1@example.com', 'wrong', address)).status).toBe(429);
});

test('a lock ends with its window', async () => {
  const { password } = await newMember('login.later@example.com');
  await setCounters('login.later@example.com', { attempts: MOST_PER_MEMBER, expiresAt: 1 });
  expect((await login('login.later@example.com', password)).status).toBe(200);
});

test('no address and no password lies in the table for attempts', async () => {
  await login('login.canary@example.com', 'canary-password-77', '198.51.100.77');
  const items = JSON.stringify((await table.items()).filter(({ pk }) => pk.startsWith('attempts#')));
  expect(items).not.toMatch(/login\.canary|canary-password|198\.51\.100\.77/);
});

test('after a merge the person logs in as the contact that is left, with the old password', async () => {
  const { id: loser, password } = await newMember('login.merged@example.com');
  crm.contacts.remove(loser);
  const { id: winner } = crm.contacts.create({ email: 'login.merged@example.com' });
  await api.visit(loser, 'profile-view');
  await api.visit(winner);
  await eventually(async () => {
    const { body } = await api.get('/v1/members?email=login.merged@example.com');
    expect(body.members.map(({ contactId }: { contactId: string }) => contactId)).toContain(winner);
  });
  const { status, body } = await login('login.merged@example.com', password);
  expect(status).toBe(200);
  expect(body).toMatchObject({ contactId: winner, state: 'member' });
  expect((await api.get(`/v1/members/${loser}`)).body).toMatchObject({
    state: 'gone',
    account: null,
    mergedInto: winner,
  });
});

test('a member that the CRM has deleted cannot log in', async () => {
  const { id, password } = await newMember('login.gone@example.com');
  crm.contacts.remove(id);
  await api.visit(id, 'profile-view');
  expect((await login('login.gone@example.com', password)).status).toBe(401);
});

test.each([
  [{ email: 'a@example.com', password: 'x' }, 'body.address'],
  [{ email: 'a@example.com', address: '192.0.2.1' }, 'body.password'],
  [{ email: 'a@example.com', password: '', address: '192.0.2.1' }, 'body.password'],
  [{ email: 'nonsense', password: 'x', address: '192.0.2.1' }, 'body.email'],
  [{ email: 'a@example.com', password: 'x', address: 'my house' }, 'body.address'],
])('a login as %j is 422 and names %s', async (body, at) => {
  const answer = await api.post('/v1/login', body);
  expect(answer.status).toBe(422);
  expect(answer.body.problems.map((each: { at: string }) => each.at)).toEqual([at]);
});

// On Lambda it would have cost whoever fills in the site's login form the whole time of the function, a minute of it.
test('an address that looks like one for 250 kB is refused for its length alone', async () => {
  const { status, body } = await login(`a@${'.'.repeat(250_000)}@`, 'password');
  expect([status, body.problems]).toEqual([
    422,
    [{ at: 'body.email', problem: 'may be 254 characters long at most' }],
  ]);
});
