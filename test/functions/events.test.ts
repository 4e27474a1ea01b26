import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { type HttpAnswer, httpEvent } from '../support/http-event.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually } from '../support/latchkey.ts';
import { sentMessages } from '../support/sent-messages.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { readAnswer } from '../support/webhook-answer.ts';

const EVENTS = ['subscribe', 'update', 'contact_tag_added', 'contact_tag_removed'];
const path = `/events/activecampaign/${HANDSHAKES.academy}`;
const payload = readFileSync(
  resolve(import.meta.dirname, '../payloads/activecampaign-contact-tag-added.form'),
);

let latchkey: FaultyLatchkey;
let table: TableAccess;
let crm: CrmSimulator;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy');
  table = openTable(latchkey);
  crm = latchkey.simulators.get('academy') as CrmSimulator;
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const post = (at: string, body: URLSearchParams | string, headers: Record<string, string> = {}) =>
  fetch(latchkey.cloud.url + at, { method: 'POST', body, headers });
const tagged = (contact: string, tag: string, type = 'contact_tag_added') =>
  new URLSearchParams({ type, tag, 'contact[id]': contact });
const messages = () => sentMessages(latchkey.proxies.sqs).length;

/** The commands of the contact's webhooks with their states, in the order of arrival. */
const historyOf = async (contact: string) =>
  (await latchkey.records('academy', contact)).map(({ command, state }) => `${command} ${state}`);

test("ActiveCampaign's event raises the flag and is recorded with its type and tag, in each shape of its URL", async () => {
  const bearer = { authorization: `Bearer ${HANDSHAKES.academy}` };
  for (const [at, headers] of [
    [path, {}],
    ['/events/activecampaign', bearer],
  ] as const) {
    const response = await post(at, payload.toString(), headers);
    const answer = await readAnswer(response);
    expect([response.status, answer.status, answer.command]).toEqual([200, 'flagged', 'crm_event']);
    expect(await latchkey.record('academy', '123456', answer.webhook)).toMatchObject({
      state: 'flagged',
      parameters: { type: 'contact_tag_added', tag: '[KRC] Registered for Challenge' },
    });
  }
  expect(await latchkey.flag('academy', '123456')).toMatchObject({ requestedVersion: 2 });
});

test('an event whose form comes in base64, as API Gateway hands it over, is the same', async () => {
  const event = httpEvent({ path, body: payload, base64: true });
  const answer = (await latchkey.cloud.functions.receive?.invoke(event)) as HttpAnswer;
  expect(answer.statusCode).toBe(200);
  const { webhook } = JSON.parse(answer.body);
  expect(await latchkey.record('academy', '123456', webhook)).toMatchObject({ command: 'crm_event' });
});

test('any number of events of a contact is one flag that is up, no request to the CRM and no message', async () => {
  const [requests, sent] = [crm.requests.total, messages()];
  const url = latchkey.cloud.url + path;
  const contactIds = Array(50).fill('1');
  const { answered } = await crm.automation.postEvent({ type: 'update', contactIds, url });
  expect(answered).toBe(50);
  const flag = await latchkey.flag('academy', '1');
  expect([flag?.requestedVersion, flag?.syncedVersion]).toEqual([50, undefined]);
  expect(new Set(await historyOf('1'))).toEqual(new Set(['crm_event flagged']));
  expect([crm.requests.total, messages()]).toEqual([requests, sent]);
  expect(await latchkey.member('academy', '1')).toBeUndefined();
});

test('events of a site with legacyFullUpdate only raise the flag, too', async () => {
  const sent = messages();
  const response = await post(`/events/activecampaign/${HANDSHAKES.legacy}`, tagged('2', 'Gold member'));
  expect((await readAnswer(response)).status).toBe('flagged');
  expect(messages()).toBe(sent);
});

test('type and tag are cut to what a record can bear, whatever they hold', async () => {
  const long = tagged('3', '\u{1F511}'.repeat(5000), 'x'.repeat(5000));
  const { webhook } = await readAnswer(await post(path, long));
  const { type, tag } = (await latchkey.record('academy', '3', webhook))?.parameters ?? {};
  expect([String(type).length, String(tag)]).toEqual([64, '\u{1F511}'.repeat(100)]);
});

test.each([
  ['Gold member', 'contact_tag_added', 'aal_genpass'],
  ['  gOLD MEMBER', 'contact_tag_added', 'aal_genpass'],
  ['Gold member', 'contact_tag_removed', 'crm_event'],
  ['Gold members', 'contact_tag_added', 'crm_event'],
  ['unknown', 'contact_tag_added', 'crm_event'],
])('the tag "%s" in an event %s starts %s', async (tag, type, command) => {
  const response = await post(path, tagged('4', tag, type));
  expect((await readAnswer(response)).command).toBe(command);
});

test('a contact that gains a tag of genpassOnTags becomes a member with a password', async () => {
  const { id: contact } = crm.contacts.create({ email: 'gold@example.com' });
  const { webhook } = await readAnswer(await post(path, tagged(contact, 'Gold member')));
  await latchkey.until('academy', contact, webhook, 'applied');
  const member = await latchkey.member('academy', contact);
  expect(member?.account).toMatchObject({ createdBy: webhook, passwordFrom: 'generated' });
});

test('our own writes come back as events that raise the flag and start nothing', async () => {
  const { id: contact } = crm.contacts.create({ email: 'loop@example.com' });
  const { id: subscription } = crm.automation.subscribe({ url: latchkey.cloud.url + path, events: EVENTS });
  crm.contacts.addTag(contact, 'Gold member');
  await eventually(async () => expect(await historyOf(contact)).toContain('aal_genpass applied'));
  await crm.automation.idle();
  const [requests, sent] = [crm.requests.total, messages()];

  // The password in its field, and the tag that says that all is done.
  await eventually(async () =>
    expect((await historyOf(contact)).sort()).toEqual([
      'aal_genpass applied',
      'crm_event flagged',
      'crm_event flagged',
    ]),
  );

  expect([crm.requests.total, messages()]).toEqual([requests, sent]);
  const flag = await latchkey.flag('academy', contact);
  expect(Number(flag?.requestedVersion)).toBeGreaterThan(Number(flag?.syncedVersion));
  expect(crm.automation.subscriptions.find(({ id }) => id === subscription)?.status).toBe('active');
});

test("events of a CRM that the site's contacts are not in are refused, with the right address, and recorded", async () => {
  const response = await post(`/events/keap/${HANDSHAKES.academy}`, '{"object_keys":[{"id":5}]}');
  const { detail } = await readAnswer(response);
  expect([response.status, detail]).toEqual([422, expect.stringContaining('/events/activecampaign')]);
  const [refused] = (await latchkey.records('academy', '?')).toReversed();
  expect(refused).toMatchObject({ state: 'rejected', command: 'crm_event', reason: detail });
  expect(await latchkey.flag('academy', '5')).toBeUndefined();
});

test.each([
  ['a wrong handshake', '/events/activecampaign/nonsense', {}],
  ['no handshake', '/events/activecampaign', {}],
  ['a wrong Bearer token', '/events/activecampaign', { authorization: 'Bearer nonsense' }],
])('an event with %s is answered 401 and writes nothing', async (_, at, headers) => {
  const before = await table.items();
  expect((await post(at, payload.toString(), headers)).status).toBe(401);
  expect(await table.items()).toEqual(before);
});

test('an event without a contact is answered 422', async () => {
  const response = await post(path, new URLSearchParams({ type: 'update' }));
  const { problems } = await readAnswer(response);
  expect([response.status, problems.map(({ at }) => at)]).toEqual([422, ['contact']]);
});

test("a person who opens the address sees what it does, and that of another CRM that it is not this site's", async () => {
  const look = (at: string) => fetch(latchkey.cloud.url + at, { headers: { accept: 'text/html' } });
  const live = await look(path);
  expect([live.status, await live.text()]).toEqual([200, expect.stringContaining('This address is live')]);
  const other = await look(`/events/kit/${HANDSHAKES.academy}`);
  expect([other.status, await other.text()]).toEqual([
    422,
    expect.stringContaining('/events/activecampaign'),
  ]);
});
