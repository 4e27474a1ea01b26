import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SteadyPace } from '../../../cli/steady-pace.ts';
import type { ActiveCampaignCredentials } from '../../../functions/crm/active-campaign/api.ts';
import { hooks } from '../../../functions/crm/active-campaign/hooks.ts';
import type { Opening } from '../../../functions/crm/definition.ts';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, receiver } from '../../local/crm-simulators/support.ts';
import { errorOf } from './fixtures/client.ts';

const EVENTS = ['subscribe', 'unsubscribe', 'update', 'contact_tag_added', 'contact_tag_removed'];
const SOURCES = ['public', 'admin', 'api', 'system'];

let crm: ActiveCampaignSimulator;
let opening: Opening<ActiveCampaignCredentials>;
let call: ReturnType<typeof clientOf>;
let site: Awaited<ReturnType<typeof receiver>>;

beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1_000 });
  crm.seedContacts(1);
  call = clientOf(crm);
  opening = { site: 'a-site', credentials: { url: crm.url, token: crm.token }, pace: new SteadyPace(1_000) };
  site = await receiver((response) => response.end());
});
afterEach(async () => {
  await crm.close();
  await site.close();
});

const url = () => site.url.replace(/\?.*/, 'events/activecampaign/a-handshake');
const makeOther = (changes: object) =>
  call('POST', '/webhooks', {
    webhook: { name: 'Other', url: 'https://other.example/', events: EVENTS, sources: SOURCES, ...changes },
  });

test('one webhook tells of a new contact, a change and a tag that is gained or lost, whoever did it', async () => {
  const hook = { id: '1', url: url(), events: EVENTS, isOn: true };
  expect(await hooks.install(opening, url(), [])).toEqual([hook]);
  expect(await hooks.list(opening)).toEqual([hook]);
  expect((await call('GET', '/webhooks/1')).body.webhook).toMatchObject({
    name: 'Latchkey',
    sources: SOURCES,
  });

  crm.contacts.create({ email: 'new@example.com' });
  crm.contacts.edit('1', { firstName: 'New' });
  crm.contacts.addTag('1', '20');
  crm.contacts.removeTag('1', '20');
  await call('PUT', '/contacts/1', { contact: { firstName: 'Newer' } });
  await crm.automation.idle();
  expect(site.forms.map((form) => `${form.get('type')} by ${form.get('initiated_by')}`).toSorted()).toEqual([
    'contact_tag_added by admin',
    'contact_tag_removed by admin',
    'subscribe by admin',
    'update by admin',
    'update by api',
  ]);
});

test('installing again makes nothing, and what is missing is told without being made', async () => {
  expect(await hooks.missing(opening, url(), [])).toEqual([{ url: url(), events: EVENTS }]);
  expect(await hooks.list(opening)).toEqual([]);
  await hooks.install(opening, url(), []);
  expect(await hooks.missing(opening, url(), [])).toEqual([]);
  expect(await hooks.install(opening, url(), [])).toEqual([]);
  expect(await hooks.list(opening)).toHaveLength(1);
});

test('a webhook with fewer events is completed by a second one', async () => {
  await makeOther({ url: url(), events: ['subscribe', 'update', 'sent'] });
  const rest = ['unsubscribe', 'contact_tag_added', 'contact_tag_removed'];
  expect(await hooks.install(opening, url(), [])).toEqual([
    { id: '2', url: url(), events: rest, isOn: true },
  ]);
  expect(await hooks.install(opening, url(), [])).toEqual([]);
});

test('a webhook that leaves changes of some people out does not count, nor one of another address', async () => {
  await makeOther({ url: url(), sources: ['public', 'admin', 'system'] });
  await makeOther({ url: `${url()}-other` });
  expect(await hooks.missing(opening, url(), [])).toEqual([{ url: url(), events: EVENTS }]);
});

test('a webhook of one list alone does not count: most changes are on none', async () => {
  const webhook = { id: '1', url: url(), events: EVENTS, sources: SOURCES, listid: '3' };
  const answer = JSON.stringify({ webhooks: [webhook] });
  const account = await receiver((response) => response.end(answer));
  const credentials = { url: new URL(account.url).origin, token: 'a-token' };
  const missing = hooks.missing({ ...opening, credentials }, url(), []).finally(() => account.close());
  expect(await missing).toHaveLength(1);
});

test('all webhooks are listed, in pages of a hundred', async () => {
  for (let made = 0; made < 205; made++) await makeOther({});
  expect(await hooks.list(opening)).toHaveLength(205);
  expect(crm.requests.byRoute['GET /webhooks']).toBe(4); // the last one brings nothing more
});

test('a webhook that is removed posts no more, and removing it again is no error', async () => {
  const [hook] = await hooks.install(opening, url(), []);
  if (!hook) throw new Error('no webhook');
  await makeOther({});
  await hooks.remove(opening, hook);
  await hooks.remove(opening, hook);
  expect((await hooks.list(opening)).map((other) => other.url)).toEqual(['https://other.example/']);
  crm.contacts.edit('1', { firstName: 'New' });
  await crm.automation.idle();
  expect(site.forms).toEqual([]);
});

test('credentials that are wrong are named, and not shown', async () => {
  const credentials = { url: crm.url, token: 'not-the-token' };
  const { message } = await errorOf(hooks.list({ ...opening, credentials }));
  expect(message).toContain('check the credentials');
  expect(message).not.toContain('not-the-token');
});
