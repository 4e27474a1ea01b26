import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { TAGS } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';
import { openTable, type TableAccess } from '../../support/table-access.ts';

const REQUESTS_PER_PULL = 2; // ActiveCampaign's tags are a request of their own
const BUDGET_MS = 2_000;

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ concurrency: { 'serve-members': 3 } });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
  table = openTable(latchkey);
  await latchkey.cloud.lambda('serve-members').warm(3);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => crm.faults.clear());

let contacts = 0;
/** A contact of the CRM that Latchkey knows nothing of. */
const newContact = (): string =>
  crm.contacts.create({ email: `visitor.${++contacts}@example.com`, firstName: 'Vera', lastName: 'Visits' })
    .id;

/** A contact that has been pulled, and whose requests are not counted any more. */
async function pulledContact(): Promise<string> {
  const id = newContact();
  expect((await api.visit(id, 'email-link')).status).toBe(200);
  crm.requests.reset();
  return id;
}

const flag = (id: string) => latchkey.send('academy', 'aal_updateuser', { 'contact[id]': id });
const setPulledAt = (id: string, ago: number) =>
  table.changeItem(`academy#${id}`, 'member', { pulledAt: new Date(Date.now() - ago).toISOString() });

test('the first visit of a member pulls it, and answers all that the site has to know', async () => {
  const id = newContact();
  crm.contacts.addTag(id, TAGS.premium);
  const { status, body } = await api.visit(id);
  expect(status).toBe(200);
  expect(body).toEqual({
    pulled: true,
    why: 'never-pulled',
    stale: false,
    member: {
      contactId: id,
      state: 'contact',
      email: `visitor.${contacts}@example.com`,
      firstName: 'Vera',
      lastName: 'Visits',
      phone: '',
      tags: [TAGS.premium],
      fields: {},
      access: ['foundations', 'library'],
      subscriptions: {},
      account: null,
      needsSync: false,
      pulledAt: expect.stringMatching(/^20.*Z$/),
      syncedAt: expect.stringMatching(/^20.*Z$/),
    },
  });
});

test.each(['email-link', 'profile-view'])('%s pulls a member that is current', async (trigger) => {
  const id = await pulledContact();
  crm.contacts.edit(id, { lastName: 'Renamed' });
  const { body } = await api.visit(id, trigger);
  expect(body).toMatchObject({ pulled: true, why: trigger, stale: false, member: { lastName: 'Renamed' } });
  expect(crm.requests.total).toBe(REQUESTS_PER_PULL);
});

test('a page visit of a current member asks the CRM nothing', async () => {
  const id = await pulledContact();
  expect((await api.visit(id)).body).toMatchObject({ pulled: false, why: 'current', stale: false });
  expect(crm.requests.total).toBe(0);
});

test('a page visit after a webhook pulls once, and the flag is down then', async () => {
  const id = await pulledContact();
  crm.contacts.addTag(id, TAGS.foundations);
  await flag(id);
  expect((await api.get(`/v1/members/${id}`)).body).toMatchObject({ needsSync: true, tags: [] });
  const { body } = await api.visit(id);
  expect(body).toMatchObject({ pulled: true, why: 'flagged', member: { needsSync: false } });
  expect(body.member.access).toEqual(['foundations']);
  expect((await api.visit(id)).body).toMatchObject({ pulled: false, why: 'current' });
  expect(crm.requests.total).toBe(REQUESTS_PER_PULL);
});

test('a page visit pulls when the last pull is 24 hours old, and not before', async () => {
  const id = await pulledContact();
  await setPulledAt(id, 24 * 3_600_000 - 60_000);
  expect((await api.visit(id)).body).toMatchObject({ pulled: false, why: 'current' });
  await setPulledAt(id, 24 * 3_600_000);
  expect((await api.visit(id)).body).toMatchObject({ pulled: true, why: 'expired' });
  expect(crm.requests.total).toBe(REQUESTS_PER_PULL);
});

test('a hundred simultaneous visits of a flagged member are one pull, and all of them are answered with it', async () => {
  const id = await pulledContact();
  crm.contacts.edit(id, { lastName: 'Crowded' });
  await flag(id);
  crm.faults.latencyMs = 200; // long enough for others to come while the first one pulls
  const answers = await Promise.all(Array.from({ length: 100 }, () => api.visit(id)));
  expect(answers.map(({ body }) => body.member?.lastName)).toEqual(answers.map(() => 'Crowded'));
  expect(answers.filter(({ body }) => body.stale)).toEqual([]);
  expect(crm.requests.total).toBe(REQUESTS_PER_PULL);
});

test('simultaneous visits by links in an e-mail share a pull too', async () => {
  const id = await pulledContact();
  crm.faults.latencyMs = 200;
  const answers = await Promise.all(Array.from({ length: 20 }, () => api.visit(id, 'email-link')));
  expect(answers.map(({ body }) => body.pulled)).toEqual(answers.map(() => true));
  expect(crm.requests.total).toBe(REQUESTS_PER_PULL);
});

test('a CRM that never answers keeps a visit no longer than the budget; the pull is queued and done', async () => {
  const id = await pulledContact();
  crm.contacts.edit(id, { lastName: 'Late' });
  await flag(id);
  crm.faults.next({ does: 'hang', route: 'GET /contacts/{id}' });
  const started = performance.now();
  const { status, body } = await api.visit(id);
  expect(status).toBe(200);
  expect(body).toMatchObject({ pulled: false, why: 'flagged', stale: true, member: { lastName: 'Visits' } });
  expect(performance.now() - started).toBeGreaterThan(BUDGET_MS - 100);
  const [pull] = (await latchkey.records('academy', id)).filter(({ command }) => command === 'pull');
  await latchkey.until('academy', id, (pull as WebhookRecord).id, 'applied');
  expect((await api.visit(id)).body).toMatchObject({
    why: 'current',
    stale: false,
    member: { lastName: 'Late' },
  });
});

test('a CRM that fails at once is not asked again by the crowd that visits meanwhile, and one pull is queued', async () => {
  const id = await pulledContact();
  await flag(id);
  crm.faults.next({ does: 'answer', status: 500, times: 1, route: 'GET /contacts/{id}' });
  crm.faults.latencyMs = 50;
  const answers = await Promise.all(Array.from({ length: 12 }, () => api.visit(id)));
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(answers.some(({ body }) => body.stale)).toBe(true);
  const pulls = (await latchkey.records('academy', id)).filter(({ command }) => command === 'pull');
  expect(pulls).toHaveLength(1);
  await latchkey.until('academy', id, (pulls[0] as WebhookRecord).id, 'applied');
});

test('a webhook that lands during a visit keeps the flag up for the next one', async () => {
  const id = await pulledContact();
  await flag(id);
  crm.faults.latencyMs = 300;
  const visiting = api.visit(id);
  await eventually(async () => expect(crm.requests.total).toBeGreaterThan(0));
  await flag(id);
  crm.faults.latencyMs = 0;
  expect((await visiting).body.pulled).toBe(true);
  expect((await api.visit(id)).body).toMatchObject({ pulled: true, why: 'flagged' });
  expect((await api.visit(id)).body).toMatchObject({ pulled: false, why: 'current' });
});

test('a contact that neither Latchkey nor the CRM knows is 404, and nothing is left of it', async () => {
  const { status, body } = await api.visit('47110815');
  expect(status).toBe(404);
  expect(body).toMatchObject({ title: 'Not found', detail: expect.stringContaining('CRM') });
  expect(await latchkey.member('academy', '47110815')).toBeUndefined();
});

test('a member that the CRM has deleted is gone: it keeps its account and may see nothing', async () => {
  const id = newContact();
  crm.contacts.addTag(id, TAGS.premium);
  await latchkey.until(
    'academy',
    id,
    await latchkey.send('academy', 'aal_genpass', { 'contact[id]': id }),
    'applied',
  );
  crm.contacts.remove(id);
  const { status, body } = await api.visit(id, 'email-link');
  expect(status).toBe(200);
  expect(body.member).toMatchObject({
    state: 'gone',
    access: [],
    tags: [],
    account: { passwordFrom: 'generated' },
  });
  expect(body.member.goneAt).toMatch(/^20/);
});

test('a trigger that is none names those that are', async () => {
  const { status, body } = await api.visit('1', 'moon-phase');
  expect(status).toBe(422);
  expect(body.problems).toEqual([
    { at: 'body.trigger', problem: 'must be one of email-link, page-visit, profile-view' },
  ]);
});
