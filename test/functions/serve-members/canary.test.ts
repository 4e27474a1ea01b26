import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import type { SiteSimulator } from '../../../local/site-simulator.ts';
import { findCanary } from '../../support/canaries.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { API_KEYS, TAGS } from '../../support/latchkey.config.ts';
import { eventually } from '../../support/latchkey.ts';
import { sentMessages } from '../../support/sent-messages.ts';
import { siteApi } from '../../support/site-api.ts';
import { openTable } from '../../support/table-access.ts';
import { startTeam, teamPath } from '../../support/teams.ts';

const EMAIL = 'canary.bird@nest.example';
const WRONG_PASSWORD = 'canary-wrong-password-5521';
const WRONG_KEY = 'canary-wrong-api-key-9920';
const ADDRESS = '203.0.113.177';
const NAME = 'Canarina';
const IDEMPOTENCY = 'canary-idempotency-7301';

let latchkey: FaultyLatchkey;
/** What must show up in no log and no message; those marked secret nor in the table. */
let canaries: Record<string, { text: string; secret: boolean }>;
let places: Record<'lines' | 'messages' | 'events', string[]>;
let items: string[];

beforeAll(async () => {
  latchkey = await startFaultyLatchkey('serve-members', 'told');
  const api = siteApi(latchkey, 'told');
  const crm = latchkey.simulators.get('told') as CrmSimulator;
  const site = latchkey.sites.get('told') as SiteSimulator;
  const person = { email: EMAIL, firstName: NAME, lastName: NAME, tags: [TAGS.premium] };

  // Good: a new user, its token, its visits, its logins.
  const created = await api.post('/v1/on-demand-login', person, { 'idempotency-key': IDEMPOTENCY });
  expect(created.status).toBe(200);
  const { contactId, token } = created.body;
  expect((await api.post('/v1/login-tokens/redeem', { token })).status).toBe(200);
  const password = crm.contacts.get(contactId)?.fields['7'] ?? '';
  const login = { email: EMAIL, password, address: ADDRESS };
  await eventually(async () => expect((await api.post('/v1/login', login)).status).toBe(200));
  expect((await api.get(`/v1/members?email=${EMAIL}`)).status).toBe(200);
  expect((await api.visit(contactId, 'email-link')).status).toBe(200);

  await startTeam(latchkey, 'told', contactId, 1);
  const members = `${teamPath(contactId)}/members`;
  const joined = await api.post(members, { email: `member.${EMAIL}`, firstName: NAME, lastName: NAME });
  await latchkey.until('told', joined.body.member.contactId, joined.body.webhook, 'applied');

  // Bad: wrong in every way, and a CRM that quotes what it refuses.
  await api.post('/v1/login', { ...login, password: WRONG_PASSWORD });
  await api.post('/v1/login', { ...login, email: `${EMAIL} ${WRONG_PASSWORD}`, address: EMAIL });
  await api.post('/v1/on-demand-login', person);
  await api.post('/v1/login-tokens/redeem', { token, [WRONG_PASSWORD]: EMAIL });
  await api.post('/v1/login', `{"email":"${EMAIL}","password":"${WRONG_PASSWORD}"`);
  await api.get(`/v1/members?${new URLSearchParams({ email: WRONG_PASSWORD, [EMAIL]: EMAIL })}`);
  await api.get(`/v1/members/${encodeURIComponent(EMAIL)}`);
  await siteApi(latchkey, 'told', WRONG_KEY).get(`/v1/members?email=${EMAIL}`);
  crm.faults.next({ does: 'answer', status: 500, route: 'GET /contacts/{id}' });
  expect((await api.visit(contactId, 'email-link')).body.stale).toBe(true);
  crm.faults.next({ does: 'answer', status: 422, route: 'POST /contact/sync' });
  await api.post('/v1/on-demand-login', { ...person, email: `second.${EMAIL}` });
  expect((await api.post(members, { email: `late.${EMAIL}`, firstName: NAME })).status).toBe(409);
  await api.post(members, { email: `${EMAIL} `, [EMAIL]: NAME });
  latchkey.proxies.dynamodb.decide(() => 'refuse');
  expect((await api.post('/v1/login', login)).status).toBe(503);
  latchkey.proxies.dynamodb.decide(() => 'pass');

  // The site refuses an event for the last time.
  site.answerWith(({ type }) => ({ status: type === 'access.revoked' ? 500 : 200 }));
  crm.contacts.addTag(contactId, TAGS.newsletter); // who has it may not see the library
  await eventually(async () => expect((await api.visit(contactId, 'email-link')).body.pulled).toBe(true));
  const table = openTable(latchkey);
  const revoked = await eventually(async () => {
    const found = (await table.items()).find(
      ({ type, attempts }) => type === 'access.revoked' && attempts === 1,
    );
    expect(found).toBeDefined();
    return found;
  });
  await table.changeItem(String(revoked?.pk), String(revoked?.sk), {
    attempts: 19,
    pendingAt: '2026-01-01T00:00:00.000Z',
  });
  await latchkey.cloud.lambda('sweep').invoke({});
  await eventually(async () => expect(await latchkey.messagesIn('site-events/dead-letters')).toBe(1));

  canaries = {
    'an API key': { text: API_KEYS.told, secret: true },
    'a wrong API key': { text: WRONG_KEY, secret: true },
    'a password': { text: password, secret: true },
    'a wrong password': { text: WRONG_PASSWORD, secret: true },
    'a login token': { text: token, secret: true },
    "a visitor's address": { text: ADDRESS, secret: true },
    'the secret of events': { text: site.parameter.secrets[0]?.replace('whsec_', '') ?? '', secret: true },
    'an e-mail address': { text: EMAIL, secret: false },
    'a name': { text: NAME, secret: false },
  };
  places = {
    lines: latchkey.lines,
    messages: sentMessages(latchkey.proxies.sqs).map(({ MessageBody }) => MessageBody),
    events: site.taken.map((event) => JSON.stringify(event)),
  };
  items = (await table.items()).map((item) => JSON.stringify(item));
  table.close();
}, 60_000);
afterAll(() => latchkey.stop());

test('every canary was there to be found', () => {
  for (const { text } of Object.values(canaries)) expect(text.length).toBeGreaterThan(7);
  expect(findCanary(EMAIL, items).length).toBeGreaterThan(0);
  for (const lines of Object.values(places)) expect(lines.length).toBeGreaterThan(3);
});

test('no canary is in a line of a log, a message of a queue or an event to the site', () => {
  for (const [name, { text }] of Object.entries(canaries)) {
    for (const [place, texts] of Object.entries(places)) {
      expect({ name, place, found: findCanary(text, texts) }).toEqual({ name, place, found: [] });
    }
  }
});

test('no secret is in the table', () => {
  for (const [name, { text, secret }] of Object.entries(canaries)) {
    if (secret) expect({ name, found: findCanary(text, items) }).toEqual({ name, found: [] });
  }
});
