import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { API_KEYS, HANDSHAKES } from '../../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  crm = latchkey.simulators.get('academy') as CrmSimulator;
  api = siteApi(latchkey, 'academy');
});
afterAll(() => latchkey.stop());

test('a member is found by its contact without a request to the CRM, and an unknown one is 404', async () => {
  await api.visit('1');
  crm.requests.reset();
  const { status, body } = await api.get('/v1/members/1');
  expect(status).toBe(200);
  expect(body).toMatchObject({ contactId: '1', state: 'contact', email: crm.contacts.get('1')?.email });
  expect((await api.get('/v1/members/4711')).status).toBe(404);
  expect(crm.requests.total).toBe(0);
});

test('a contact that a webhook named and nobody pulled yet is unknown, and says that it needs a sync', async () => {
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': '90' });
  const { status, body } = await api.get('/v1/members/90');
  expect(status).toBe(200);
  expect(body).toMatchObject({ state: 'unknown', needsSync: true, email: '', pulledAt: null, account: null });
});

test('a member is found by its e-mail address, whatever its case, and by the new one when it changes', async () => {
  const { id } = crm.contacts.create({ email: 'Look.Me.Up@Example.com' });
  await api.visit(id);
  const find = (email: string) => api.get(`/v1/members?email=${encodeURIComponent(email)}`);
  await eventually(async () => expect((await find('look.me.up@example.COM')).body.members).toHaveLength(1));
  expect((await find('look.me.up@example.com')).body.members[0].contactId).toBe(id);
  crm.contacts.edit(id, { email: 'renamed@example.com' });
  await api.visit(id, 'profile-view');
  await eventually(async () => expect((await find('renamed@example.com')).body.members).toHaveLength(1));
  expect((await find('look.me.up@example.com')).body).toEqual({ members: [] });
});

test('an address of another site finds nobody', async () => {
  await api.visit('2');
  const email = crm.contacts.get('2')?.email ?? '';
  const other = siteApi(latchkey, 'told');
  expect((await other.get(`/v1/members?email=${encodeURIComponent(email)}`)).body.members).toEqual([]);
  expect((await other.get('/v1/members/2')).status).toBe(404);
});

test('all members that need a sync are listed, page by page, each once', async () => {
  const ids = Array.from({ length: 37 }, (_, index) => `list-${index}`);
  await pMap(ids, (id) => latchkey.send('academy', 'aal_updateuser', { contactId: id }), { concurrency: 10 });
  const listed: string[] = [];
  let next: string | undefined;
  let pages = 0;
  do {
    const after: string = next === undefined ? '' : `&after=${next}`;
    const { status, body } = await api.get(`/v1/members?needsSync=true&limit=10${after}`);
    expect(status).toBe(200);
    expect(body.members.length).toBeLessThanOrEqual(10);
    expect(body.members.every((member: { needsSync: boolean }) => member.needsSync)).toBe(true);
    listed.push(...body.members.map(({ contactId }: { contactId: string }) => contactId));
    next = body.next;
    pages++;
  } while (next !== undefined);
  expect(listed.filter((id) => id.startsWith('list-')).sort()).toEqual([...ids].sort());
  expect(new Set(listed).size).toBe(listed.length);
  expect(pages).toBeGreaterThan(3);
});

test.each([
  ['no key', ''],
  ['a wrong key', 'test-academy-api-key-wrong'],
  ['a blank key', ' '],
  ["the site's handshake", HANDSHAKES.academy],
])('%s is 401, and says how to send one', async (_, key) => {
  const { status, headers, body } = await siteApi(latchkey, 'academy', key).get('/v1/members/1');
  expect(status).toBe(401);
  expect(headers.get('www-authenticate')).toBe('Bearer');
  expect(body).toMatchObject({
    status: 401,
    title: 'Not authorized',
    detail: expect.stringContaining('Bearer'),
  });
});

test('both keys of a site are good while they are rotated, and a key opens no webhook address', async () => {
  expect(
    (await siteApi(latchkey, 'academy', 'test-academy-api-key-rotated-0a1b').get('/v1/members/1')).status,
  ).toBe(200);
  expect(
    (await latchkey.cloud.url) &&
      (
        await fetch(`${latchkey.cloud.url}/?aal_updateuser=${API_KEYS.academy}`, {
          method: 'POST',
          body: 'contactId=1',
        })
      ).status,
  ).toBe(401);
});

test.each([
  ['/v1/members', 'Give either email or needsSync=true.', []],
  ['/v1/members?email=a@example.com&needsSync=true', 'Give either email or needsSync=true.', []],
  ['/v1/members?email=nonsense', undefined, [{ at: 'query.email', problem: 'must be an e-mail address' }]],
  ['/v1/members?needsSync=no', undefined, [{ at: 'query.needsSync', problem: 'may only be true' }]],
  [
    '/v1/members?needsSync=true&limit=101',
    undefined,
    [{ at: 'query.limit', problem: 'must be a number from 1 to 100' }],
  ],
  ['/v1/members?needsSync=true&after=nonsense', expect.stringContaining('`next`'), []],
  ['/v1/members?needsSync=true&colour=red', undefined, [{ at: 'query', problem: expect.any(String) }]],
  ['/v1/members/a%20b', undefined, [{ at: 'path.contactId', problem: expect.any(String) }]],
])('GET %s is 422 and says what is wrong', async (path, detail, problems) => {
  const { status, headers, body } = await api.get(path);
  expect(status).toBe(422);
  expect(headers.get('content-type')).toBe('application/problem+json');
  expect(body.problems).toEqual(problems);
  if (detail) expect(body.detail).toEqual(detail);
});

test('a body that is no JSON, too large, or has names that are not known is refused', async () => {
  expect((await api.post('/v1/members/1/activity', 'trigger=page-visit')).status).toBe(400);
  expect((await api.post('/v1/members/1/activity', { trigger: 'x'.repeat(300_000) })).status).toBe(413);
  const { status, body } = await api.post('/v1/members/1/activity', { trigger: 'page-visit', force: true });
  expect(status).toBe(422);
  expect(body.problems).toEqual([{ at: 'body', problem: 'holds names that are not known here' }]);
});

test('an endpoint that does not exist, or another method, is 404 and leads to the description', async () => {
  for (const answer of [await api.get('/v1/moon'), await api.post('/v1/members/1', {})]) {
    expect(answer.status).toBe(404);
    expect(answer.body.detail).toContain('/v1/openapi.json');
  }
});

test('requests are logged by their endpoint, never with what they ask for', async () => {
  await api.get('/v1/members?email=canary.in.query@example.com');
  await eventually(async () => expect(latchkey.lines.join('\n')).toContain('"endpoint":"GET /v1/members"'));
  expect(latchkey.lines.join('\n')).not.toContain('canary.in.query');
});
