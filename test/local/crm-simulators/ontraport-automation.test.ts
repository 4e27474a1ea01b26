import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type OntraportSimulator, startOntraport } from '../../../local/crm-simulators/ontraport.ts';
import { startSimulator } from '../../../local/crm-simulators/start-simulator.ts';
import { receiver } from './support.ts';

let crm: OntraportSimulator;
let site: Awaited<ReturnType<typeof receiver>>;
beforeEach(async () => {
  crm = await startOntraport();
  site = await receiver((response) => response.end());
});
afterEach(async () => {
  await crm.close();
  await site.close();
});

/** The members of a captured body, whoever the contact is. */
const captured = (name: string, id: string): string =>
  readFileSync(new URL(`../../payloads/${name}`, import.meta.url), 'utf8').replace('80024', id);

test('an automation tags contacts and pings with the body that was captured', async () => {
  const ids = crm.seedContacts(20);
  const run = await crm.automation.tagAndPost({ count: 20, tag: 'Cohort 2026', url: site.url });
  expect(run).toMatchObject({ contactIds: ids, posted: 20, failed: 0 });
  expect(site.forms.map(String).sort()).toEqual(ids.map((id) => captured('ontraport-ping.form', id)).sort());
  expect(new Set(site.contentTypes)).toEqual(new Set(['application/x-www-form-urlencoded']));
  expect(crm.contacts.all().filter(({ tags }) => tags.includes('Cohort 2026'))).toHaveLength(20);
  expect(crm.requests.total).toBe(0);
});

test('where the text was typed with a newline at its end, that is sent too', async () => {
  await crm.close();
  crm = await startOntraport({ trailingNewline: true });
  const [id = ''] = crm.seedContacts(1);
  await crm.automation.tagAndPost({ contactIds: [id], tag: '20', url: site.url });
  const body = captured('ontraport-ping-trailing-newline.form', id);
  expect(site.forms.map(String)).toEqual([String(new URLSearchParams(body))]);
  expect(site.forms[0]?.get('contactId')).toBe(`${id}\n`);
});

test('the account has no event webhooks, and whoever posts one by hand pings', async () => {
  const [id = ''] = crm.seedContacts(1);
  crm.automation.subscribe({ url: site.url, events: ['sub_tag'] });
  crm.contacts.addTag(id, '20');
  crm.contacts.remove(crm.contacts.create({ email: 'new@example.com' }).id);
  await crm.automation.idle();
  expect(site.forms).toEqual([]);
  await crm.automation.postEvent({ type: 'ping', contactIds: [id], url: site.url });
  expect(site.forms.map(String)).toEqual([`contactId=${id}`]);
});

test('it starts by its kind, with what the site’s SSM parameter holds', async () => {
  const started = await startSimulator('ontraport', { token: 'a-token' });
  try {
    const { url, token, appId } = started.credentials;
    expect(url).toBe(started.url);
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/1$/);
    expect(token).toBe('a-token');
    expect(appId).toMatch(/^2_12345_\w+$/);
    expect(await (await fetch(new URL(url ?? '').origin)).text()).toContain('simulated Ontraport account');
  } finally {
    await started.close();
  }
});
