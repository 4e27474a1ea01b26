import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { type FaultProxy, startFaultProxy } from '../../local/fault-proxy.ts';
import { Browser, type ExampleSite, startExampleSite } from '../support/example-site.ts';
import { API_KEYS, TAGS } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const PASSWORD_FIELD = '7';
const MOST_ATTEMPTS = 10;

let latchkey: TestLatchkey;
let crm: CrmSimulator;
/** What lies between the site and Latchkey. */
let network: FaultProxy;
let site: ExampleSite;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ concurrency: { 'serve-members': 2 } });
  crm = latchkey.simulators.get('told') as CrmSimulator;
  network = await startFaultProxy(() => latchkey.cloud.url);
  site = await startExampleSite(settings());
  const events = { url: `${site.url}/latchkey-events`, secrets: [SECRET] };
  latchkey.cloud.parameters.values.set('/latchkey/local/told/events', JSON.stringify(events));
}, 60_000);
afterAll(async () => {
  await site?.stop();
  await latchkey?.stop();
  await network?.close();
});
afterEach(() => network.decide(() => 'pass'));

const settings = () => ({
  LATCHKEY_URL: network.url,
  LATCHKEY_API_KEY: API_KEYS.told,
  EVENTS_SECRET: SECRET,
});

let people = 0;
const newAddress = (): string => `person.${++people}@example.com`;

/** Joins by the form. */
async function join(email = newAddress(), firstName = 'Nina') {
  const browser = new Browser(site);
  const requestId = /name="requestId" type="hidden" value="([\w-]{36})"/.exec(
    (await browser.get('/signup')).html,
  )?.[1];
  const form = { requestId: requestId ?? '', email, firstName };
  expect(await browser.post('/signup', form)).toMatchObject({ status: 303, location: '/' });
  return { browser, form, id: crm.contacts.byEmail(email)?.id ?? '' };
}

const updated = (id: string) => latchkey.send('told', 'aal_updateuser', { 'contact[id]': id });

const happened = (line: string) => eventually(async () => expect(site.output()).toContain(line));

test('who joins is logged in at once, known by name, and refused what a new member has not', async () => {
  const { browser } = await join();
  const home = await browser.get('/');
  expect(home.html).toContain('Hello Nina');
  expect(home.html).toContain('Foundations course <small>not included');
  const content = await browser.get('/content/foundations');
  expect(content.status).toBe(403);
  expect(content.html).toContain('not part of your membership');
});

test('a tag that is gained in the CRM opens its content at the next page visit after the webhook', async () => {
  const { browser, id } = await join();
  crm.contacts.addTag(id, TAGS.foundations);
  expect((await browser.get('/content/foundations')).status).toBe(403); // nobody has said a word yet
  await updated(id);
  const content = await browser.get('/content/foundations');
  expect(content.status).toBe(200);
  expect(content.html).toContain('Lesson one');
  await happened(`Event access.granted, contact ${id} foundations`);
});

test('a link in an e-mail gets the newest, webhook or not', async () => {
  const { browser, id } = await join();
  crm.contacts.addTag(id, TAGS.foundations);
  expect((await browser.get('/content/foundations?from=email')).status).toBe(200);
});

test('whoever is not logged in is sent to the login, and after the logout again', async () => {
  const { browser } = await join();
  await browser.post('/logout', {});
  expect(await browser.get('/content/library')).toMatchObject({ status: 303, location: '/login' });
  expect((await browser.get('/')).html).toContain('Join for free');
});

test('a form that is sent twice is one member; another form with the address leads to the login', async () => {
  const { form } = await join();
  const again = new Browser(site);
  expect(await again.post('/signup', form)).toMatchObject({ status: 303, location: '/' });
  const other = await new Browser(site).post('/signup', { ...form, requestId: 'another-form' });
  expect(other.status).toBe(409);
  expect(other.html).toContain('You have an account already');
  expect(other.html).toContain(form.email);
});

test('a member logs in with the password of the CRM, and with no other', async () => {
  const { form, id } = await join();
  const password = crm.contacts.get(id)?.fields[PASSWORD_FIELD] ?? '';
  const browser = new Browser(site);
  const wrong = await browser.post('/login', { email: form.email, password: `${password}x` });
  expect(wrong.status).toBe(401);
  expect(wrong.html).toContain('Wrong e-mail address or password.');
  await eventually(async () =>
    expect(await browser.post('/login', { email: form.email, password })).toMatchObject({ status: 303 }),
  );
  expect((await browser.get('/')).html).toContain('Hello Nina');
});

test('after too many attempts the login says when to come back', async () => {
  const attempt = () => new Browser(site).post('/login', { email: 'guess@example.com', password: 'guess' });
  for (let each = 1; each <= MOST_ATTEMPTS; each++) expect((await attempt()).status).toBe(401);
  const { status, html } = await attempt();
  expect(status).toBe(429);
  expect(html).toContain('Try again in 15 minutes.');
});

test('a member whom the CRM has merged into another contact goes on as that one', async () => {
  const { browser, form, id } = await join();
  await happened(`Event member.created, contact ${id}`);
  const { id: winner } = crm.contacts.create({ email: newAddress(), firstName: 'Winnie' });
  crm.contacts.addTag(winner, TAGS.premium);
  crm.contacts.merge(id, winner);
  crm.contacts.edit(winner, { email: form.email });
  const genpass = await latchkey.send('told', 'aal_genpass', { 'contact[id]': winner });
  await latchkey.until('told', winner, genpass, 'applied');
  expect((await browser.get('/')).html).toContain('Hello Winnie');
  expect((await browser.get('/content/foundations')).status).toBe(200);
});

test('what is typed into a form is shown as text', async () => {
  const form = { requestId: 'form', email: 'none', firstName: `<img src="x" onerror='alert(1)'>` };
  const { status, html } = await new Browser(site).post('/signup', form);
  expect(status).toBe(422);
  expect(html).toContain('&lt;img src=&quot;x&quot; onerror=&#39;alert(1)&#39;&gt;');
  expect(html).not.toContain('<img');
});

/** Posts an event as Latchkey does. */
async function postEvent(id: string, contactId: string, secret = SECRET): Promise<number> {
  const now = new Date();
  const event = { type: 'member.password-reset-requested', timestamp: now.toISOString() };
  const body = JSON.stringify({ ...event, data: { contactId } });
  const response = await fetch(`${site.url}/latchkey-events`, {
    method: 'POST',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': new Webhook(secret).sign(id, now, body),
    },
    body,
  });
  return response.status;
}

test('an event that somebody else has signed is refused', async () => {
  expect(await postEvent('forged', '4711', `whsec_${Buffer.alloc(32, 8).toString('base64')}`)).toBe(401);
  expect(site.output()).not.toContain('4711');
  const unsigned = await fetch(`${site.url}/latchkey-events`, { method: 'POST', body: '{}' });
  expect(unsigned.status).toBe(401);
});

test('an event that comes twice is taken twice and acted on once', async () => {
  expect(await postEvent('repeated', '4712')).toBe(200);
  expect(await postEvent('repeated', '4712')).toBe(200);
  expect(await postEvent('another', '4713')).toBe(200); // nothing of the two before is under way any more
  const mails = site.output().match(/Would send the password-reset mail to contact 471[23]/g);
  expect(mails).toHaveLength(2);
});

test('while Latchkey cannot be reached members see what they saw, and what was revoked stays revoked', async () => {
  const { browser, id } = await join();
  crm.contacts.addTag(id, TAGS.premium);
  expect((await browser.get('/content/library?from=email')).status).toBe(200);
  network.decide(() => 'reset');
  const content = await browser.get('/content/library');
  expect(content.status).toBe(200);
  expect(content.html).toContain('All recordings');
  expect(content.html).toContain('Changes of the last minutes may be missing.');
  const joining = await new Browser(site).post('/signup', { requestId: 'down', email: newAddress() });
  expect(joining.status).toBe(503);

  crm.contacts.removeTag(id, TAGS.premium);
  const sync = await latchkey.send('told', 'aal_batchsync', { 'contact[id]': id });
  await latchkey.until('told', id, sync, 'applied');
  await happened(`Event access.revoked, contact ${id} foundations, library`);
  expect((await browser.get('/content/library')).status).toBe(403);
});

test('a missing setting and a wrong key are told in one line', async () => {
  const { EVENTS_SECRET: _, ...some } = settings();
  await expect(startExampleSite({ ...some, LATCHKEY_URL: '' })).rejects.toThrow(
    /^ended with 1: Set LATCHKEY_URL, EVENTS_SECRET: see README.md.\n$/,
  );
  await expect(startExampleSite({ ...settings(), LATCHKEY_API_KEY: 'wrong' })).rejects.toThrow(
    /^ended with 1: LATCHKEY_API_KEY is not a key of a site at LATCHKEY_URL.\n$/,
  );
});
