import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { passwordMatches } from '../../../functions/members/password.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';

const PASSWORD_FIELD = '7';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ concurrency: { 'serve-members': 2 } });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(() => latchkey.stop());

const onDemand = (email: string, more: object = {}, headers = {}) =>
  api.post('/v1/on-demand-login', { email, ...more }, headers);
const redeem = (token: string, by: SiteApi = api) => by.post('/v1/login-tokens/redeem', { token });

async function expectOnePassword(contactId: string): Promise<void> {
  const { account } = (await latchkey.member('academy', contactId)) ?? {};
  const inField = crm.contacts.get(contactId)?.fields[PASSWORD_FIELD] ?? '';
  expect(inField).not.toBe('');
  expect(await passwordMatches(inField, account?.passwordHash ?? '')).toBe(true);
}

test('a new user gets a contact with names and tags, an account, a password in its field, and a token', async () => {
  const { status, body } = await onDemand('new.user@example.com', {
    firstName: 'Nina',
    lastName: 'New',
    tags: [TAGS.foundations],
  });
  expect(status).toBe(200);
  expect(body).toEqual({
    contactId: expect.stringMatching(/^\d+$/),
    token: expect.stringMatching(/^[\w-]{43}$/),
    expiresAt: expect.stringMatching(/^20/),
  });
  expect(crm.contacts.get(body.contactId)).toMatchObject({
    email: 'new.user@example.com',
    firstName: 'Nina',
    lastName: 'New',
    tagIds: [TAGS.foundations],
  });
  await expectOnePassword(body.contactId);
  const redeemed = await redeem(body.token);
  expect(redeemed.status).toBe(200);
  expect(redeemed.body).toMatchObject({
    contactId: body.contactId,
    state: 'member',
    access: ['foundations'],
  });
});

test('a token is good once, for its own site, and not when it has expired', async () => {
  const { body } = await onDemand('token.once@example.com');
  expect((await redeem(body.token, siteApi(latchkey, 'told'))).status).toBe(401);
  const both = await Promise.all([redeem(body.token), redeem(body.token)]);
  expect(both.map(({ status }) => status).sort()).toEqual([200, 401]);
  expect((await redeem('A'.repeat(43))).status).toBe(401);
});

test('whoever has an account is refused, and nothing is changed', async () => {
  const { body } = await onDemand('twice@example.com');
  const before = crm.contacts.get(body.contactId);
  const { status, body: problem } = await onDemand('Twice@example.com', {
    firstName: 'Mallory',
    tags: ['6'],
  });
  expect(status).toBe(409);
  expect(problem).toMatchObject({ title: 'Not as things stand', detail: expect.stringContaining('log in') });
  expect(crm.contacts.get(body.contactId)).toEqual(before);
});

test('a contact that the CRM has, without an account here, becomes a member; its names stay', async () => {
  const { id } = crm.contacts.create({
    email: 'known.contact@example.com',
    firstName: 'Karl',
    lastName: 'Known',
  });
  const { status, body } = await onDemand('known.contact@example.com');
  expect(status).toBe(200);
  expect(body.contactId).toBe(id);
  expect(crm.contacts.get(id)).toMatchObject({ firstName: 'Karl', lastName: 'Known' });
  await expectOnePassword(id);
});

test('beside a genpass for the same contact there is one account and one password, whoever comes first', async () => {
  for (let round = 0; round < 5; round++) {
    const email = `race.${round}@example.com`;
    const { id } = crm.contacts.create({ email });
    const [answer, webhook] = await Promise.all([
      onDemand(email),
      latchkey.send('academy', 'aal_genpass', { 'contact[id]': id }),
    ]);
    await latchkey.until('academy', id, webhook, 'applied');
    expect([200, 409]).toContain(answer.status);
    await expectOnePassword(id);
  }
});

test('of two requests for one new address, one creates the account', async () => {
  const answers = await Promise.all([onDemand('double@example.com'), onDemand('double@example.com')]);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
});

test('a repeat with the same idempotency key gets a token of its own; another key is refused', async () => {
  const first = await onDemand('repeat@example.com', {}, { 'idempotency-key': 'form-81' });
  const repeat = await onDemand('repeat@example.com', {}, { 'idempotency-key': 'form-81' });
  expect(repeat.status).toBe(200);
  expect(repeat.body.contactId).toBe(first.body.contactId);
  expect((await redeem(repeat.body.token)).status).toBe(200);
  expect((await onDemand('repeat@example.com', {}, { 'idempotency-key': 'form-82' })).status).toBe(409);
});

test('a CRM that fails is 502, and the next try creates the user', async () => {
  crm.faults.next({ does: 'answer', status: 500, route: 'POST /contact/sync' });
  const { status, body } = await onDemand('second.try@example.com');
  expect(status).toBe(502);
  expect(body.detail).toContain('Ask again');
  expect(JSON.stringify(body)).not.toContain('second.try');
  expect((await onDemand('second.try@example.com')).status).toBe(200);
});

test('a CRM that refuses an address is 502 with its reason, without the address', async () => {
  crm.faults.next({ does: 'answer', status: 422, route: 'POST /contact/sync' });
  const { status, body } = await onDemand('refused@example.com');
  expect(status).toBe(502);
  expect(body.detail).toContain('422');
  expect(JSON.stringify(body)).not.toContain('refused@');
});
