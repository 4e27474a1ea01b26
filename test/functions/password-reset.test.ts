import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import type { SiteSimulator } from '../../local/site-simulator.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey, type TestSite } from '../support/latchkey.ts';

let latchkey: TestLatchkey;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
});
afterAll(() => latchkey.stop());

/** Posts as ActiveMember360's customers do. @returns the webhook's id */
async function reset(site: TestSite, contact: string): Promise<string> {
  const url = `${latchkey.cloud.url}/mbr/contact/password_reset/${HANDSHAKES[site]}`;
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams({ 'contact[id]': contact }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { webhook: string }).webhook;
}

test('the site is told, once, and the password stays', async () => {
  const crm = latchkey.simulators.get('told') as CrmSimulator;
  const { id } = crm.contacts.create({ email: 'forgetful@example.com' });
  await latchkey.until(
    'told',
    id,
    await latchkey.send('told', 'aal_genpass', { 'contact[id]': id }),
    'applied',
  );
  const before = await latchkey.member('told', id);
  await latchkey.until('told', id, await reset('told', id), 'applied');
  const site = latchkey.sites.get('told') as SiteSimulator;
  await eventually(async () => {
    const told = site.taken.filter(
      ({ data, type }) => data.contactId === id && type.endsWith('reset-requested'),
    );
    expect(told).toHaveLength(1);
  });
  expect((await latchkey.member('told', id))?.account).toEqual(before?.account);
});

test('a contact without an account, and a site that takes no events, are told why nothing happens', async () => {
  const { reason } = await latchkey.until('told', '2', await reset('told', '2'), 'rejected');
  expect(reason).toContain('no member');
  const other = await latchkey.until('academy', '2', await reset('academy', '2'), 'rejected');
  expect(other.reason).toContain('takes no events');
});
