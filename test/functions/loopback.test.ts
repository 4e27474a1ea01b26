import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { type SiteApi, siteApi } from '../support/site-api.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const COMPLETION_TAG = '9';
const STALE_MS = 60_000; // by how much the CRM's reads lag behind its writes

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  api = siteApi(latchkey, 'academy');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => crm.faults.clear());

let contacts = 0;
async function newMember(): Promise<string> {
  const { id } = crm.contacts.create({ email: `loop.${++contacts}@example.com` });
  const webhook = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': id });
  await latchkey.until('academy', id, webhook, 'applied');
  return id;
}

test("our own writes come back as the CRM's events, and those flag and do nothing else", async () => {
  crm.automation.subscribe({
    url: `${latchkey.cloud.url}/events/activecampaign/${HANDSHAKES.academy}`,
    events: ['update', 'contact_tag_added', 'contact_tag_removed'],
  });
  const id = await newMember();
  await crm.automation.idle();
  const records = await latchkey.records('academy', id);
  const events = records.filter(({ command }) => command === 'crm_event');
  expect(events.length).toBeGreaterThan(1); // the password's field, and the completion tag
  expect(events.every(({ state }) => state === 'flagged')).toBe(true);
  crm.requests.reset();
  expect((await api.visit(id)).body).toMatchObject({ why: 'flagged', member: { tags: [COMPLETION_TAG] } });
  expect(crm.requests.total).toBe(2);
});

test('a webhook that brings older tags than we applied undoes nothing', async () => {
  const id = await newMember();
  await latchkey.send('academy', 'aal_updateuser', { 'contact[id]': id, 'contact[tags]': 'Customer' });
  expect((await api.visit(id)).body.member.tags).toEqual([COMPLETION_TAG]);
});

test('a pull that reads the CRM as it was before our write undoes nothing, and the next visit pulls again', async () => {
  const { id } = crm.contacts.create({ email: 'loop.stale@example.com' });
  await api.visit(id);
  const webhook = await latchkey.send('academy', 'aal_genpass', { 'contact[id]': id });
  await latchkey.until('academy', id, webhook, 'applied');
  expect((await latchkey.member('academy', id))?.tags).toEqual([COMPLETION_TAG]);
  crm.contacts.removeTag(id, COMPLETION_TAG); // what a read of an older state would look like
  await api.visit(id, 'profile-view');
  const seen = (await api.get(`/v1/members/${id}`)).body;
  expect(seen.tags).toEqual([COMPLETION_TAG]);
  expect(seen.needsSync).toBe(true);
  // Later the CRM's answer counts: somebody has really taken the tag away.
  const ownTags = [
    { tag: COMPLETION_TAG, added: true, at: new Date(Date.now() - 3 * STALE_MS).toISOString() },
  ];
  await table.changeItem(`academy#${id}`, 'member', { ownTags });
  const { body } = await api.visit(id);
  expect(body).toMatchObject({ why: 'flagged', member: { tags: [], needsSync: false } });
});
