import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import type { Fault } from '../../../local/crm-simulators/fault-switchboard.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../../support/faulty-latchkey.ts';
import { eventually } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';
import { teamPath } from '../../support/teams.ts';

let latchkey: FaultyLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('serve-members', 'academy', { pollers: false });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(() => latchkey.stop());
afterEach(() => {
  crm.faults.clear();
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
});

let contacts = 0;
async function pulledContact(): Promise<string> {
  const { id } = crm.contacts.create({ email: `fault.${++contacts}@example.com`, firstName: 'Faye' });
  // A test before this one may have made the CRM ask everybody to wait.
  await eventually(async () => expect((await api.visit(id, 'page-visit')).body.pulled).toBe(true));
  return id;
}

test.each<[string, Fault]>([
  ['answers 500', { does: 'answer', status: 500 }],
  ['asks to wait', { does: 'answer', status: 429, headers: { 'retry-after': '3' }, times: 5 }],
  ['does not know our token', { does: 'answer', status: 401 }],
  ['refuses', { does: 'answer', status: 403 }],
  ['resets the connection', { does: 'reset' }],
  ['answers something that is not JSON', { does: 'malformed' }],
])('a CRM that %s locks nobody out: the visit is answered with what is known', async (_, fault) => {
  const id = await pulledContact();
  const before = (await latchkey.records('academy', id)).length;
  crm.faults.next({ ...fault, route: 'GET /contacts/{id}' });
  const { status, body } = await api.visit(id, 'email-link');
  expect(status).toBe(200);
  expect(body).toMatchObject({ pulled: false, stale: true, member: { firstName: 'Faye', needsSync: true } });
  const queued = (await latchkey.records('academy', id)).slice(before);
  expect(queued.map(({ command }) => command)).toEqual(['pull']);
});

test('credentials that cannot be read lock nobody out either', async () => {
  const id = await pulledContact();
  const name = '/latchkey/local/academy/crm';
  const good = latchkey.cloud.parameters.values.get(name) ?? '';
  latchkey.cloud.parameters.values.set(name, 'not JSON');
  latchkey.cloud.lambda('serve-members').kill(); // a new one reads them again
  const { status, body } = await api.visit(id, 'profile-view');
  expect(status).toBe(200);
  expect(body).toMatchObject({ stale: true, member: { firstName: 'Faye' } });
  latchkey.cloud.parameters.values.set(name, good);
  latchkey.cloud.lambda('serve-members').kill();
});

test('a table that does not answer is 503 with a time to come back, on every endpoint', async () => {
  const id = await pulledContact();
  latchkey.proxies.dynamodb.decide(() => 'refuse');
  const login = { email: 'a@example.com', password: 'x', address: '192.0.2.1' };
  const answers = [
    await api.visit(id),
    await api.get(`/v1/members/${id}`),
    await api.get('/v1/members?email=a@example.com'),
    await api.get('/v1/members?needsSync=true'),
    await api.post('/v1/login', login),
    await api.post('/v1/on-demand-login', { email: 'a@example.com' }),
    await api.post('/v1/login-tokens/redeem', { token: 'A'.repeat(43) }),
    await api.get(teamPath(id)),
    await api.get(`${teamPath(id)}/members`),
    await api.post(`${teamPath(id)}/members`, { contactId: '1' }),
    await api.post(`${teamPath(id)}/members`, { email: 'a@example.com' }),
    await api.delete(`${teamPath(id)}/members/1`),
    await api.post(`${teamPath(id)}/transfer`, { to: '1' }),
    await api.get(`/v1/members/${id}/teams`),
  ];
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 503));
  for (const { headers } of answers) expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
});

test('a visit whose lease holder died is served when the lease has ended', async () => {
  const id = await pulledContact();
  crm.faults.next({ does: 'hang', route: 'GET /contacts/{id}' });
  const dying = api.visit(id, 'email-link').catch((error: Error) => error);
  await new Promise<void>((resolve) => {
    const look = setInterval(() => {
      if (crm.faults.struck === 0) return;
      clearInterval(look);
      resolve();
    }, 10);
  });
  latchkey.cloud.lambda('serve-members').kill();
  await dying;
  crm.faults.clear();
  // Others wait for the pull that nobody does any more, no longer than their budget; one after that pulls.
  await eventually(async () => expect((await api.visit(id, 'email-link')).body.stale).toBe(false));
});

test('a pull that cannot be queued because SQS is down is in its record, where the sweep finds it', async () => {
  const id = await pulledContact();
  crm.faults.next({ does: 'answer', status: 500, route: 'GET /contacts/{id}' });
  latchkey.proxies.sqs.decide(() => 'refuse');
  expect((await api.visit(id, 'email-link')).body.stale).toBe(true);
  expect((await latchkey.records('academy', id)).at(-1)).toMatchObject({ command: 'pull', state: 'queued' });
});
