import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startTestLatchkey, type TestLatchkey } from '../../support/latchkey.ts';
import { type SiteApi, siteApi } from '../../support/site-api.ts';

let latchkey: TestLatchkey;
let api: SiteApi;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  api = siteApi(latchkey, 'managed');
});
afterAll(() => latchkey.stop());

test('a site without a CRM visits, logs in and is told 404 like any other', async () => {
  const said = { contact_id: 'z-1', email: 'zapier@example.com', first_name: 'Zoe', tags: 'gold, silver' };
  const webhook = await latchkey.send('managed', 'aal_genpass', said);
  await latchkey.until('managed', 'z-1', webhook, 'applied');
  const { body } = await api.visit('z-1', 'profile-view');
  expect(body.member).toMatchObject({ firstName: 'Zoe', state: 'member' });
  expect(body.member.tags.sort()).toEqual(['account ready', 'gold', 'silver']);
  expect((await api.visit('z-2')).status).toBe(404);
  // The table is the truth and reads of it do not lag: what the next webhook says of the tags counts at once.
  const next = await latchkey.send('managed', 'aal_updateuser', { contact_id: 'z-1', tags: 'gold' });
  await latchkey.until('managed', 'z-1', next, 'applied');
  expect((await api.get('/v1/members/z-1')).body).toMatchObject({ tags: ['gold'], needsSync: false });
});

test('an on-demand login makes a contact, and the webhook that follows with the same address is that contact', async () => {
  const { status, body } = await api.post('/v1/on-demand-login', {
    email: 'new@example.com',
    firstName: 'Nils',
  });
  expect(status).toBe(200);
  const webhook = await latchkey.send('managed', 'aal_updateuser', {
    email: 'New@example.com',
    Mobile: '+49 555',
  });
  await latchkey.until('managed', body.contactId, webhook, 'applied');
  const { body: member } = await api.get(`/v1/members/${body.contactId}`);
  expect(member).toMatchObject({ firstName: 'Nils', phone: '+49 555', state: 'member' });
});
