import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { clientOptions } from '../../local/endpoints.ts';
import type { SiteSimulator, TakenEvent } from '../../local/site-simulator.ts';
import { TAGS } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { type SiteApi, siteApi } from '../support/site-api.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: TestLatchkey;
let crm: CrmSimulator;
let site: SiteSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  crm = latchkey.simulators.get('told') as CrmSimulator;
  site = latchkey.sites.get('told') as SiteSimulator;
  api = siteApi(latchkey, 'told');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});
afterEach(() => site.answerWith(() => ({ status: 200 })));

let contacts = 0;
const newContact = (...tags: string[]): string => {
  const { id } = crm.contacts.create({ email: `told.${++contacts}@example.com` });
  for (const tag of tags) crm.contacts.addTag(id, tag);
  return id;
};
const toldOf = (id: string): TakenEvent[] => site.taken.filter(({ data }) => data.contactId === id);
const types = (id: string): string[] => toldOf(id).map(({ type }) => type);
const eventsOf = async (id: string) =>
  (await table.items()).filter(({ pk, sk }) => pk === `told#${id}` && sk.startsWith('event#'));

test('a new member is told in the order it came about, signed by the rules of Standard Webhooks', async () => {
  const id = newContact(TAGS.premium);
  await latchkey.send('told', 'aal_genpass', { 'contact[id]': id });
  await eventually(async () =>
    expect(types(id)).toEqual([
      'member.synced',
      'access.granted',
      'member.created',
      'member.password-generated',
    ]),
  );
  // What is not signed well is answered with 401 by the site, and would never be taken.
  expect(site.requests.every(({ status }) => status === 200)).toBe(true);
  const [synced, granted, , password] = toldOf(id);
  expect(synced).toEqual({
    id: expect.stringMatching(/^[0-9A-Z]{26}$/),
    type: 'member.synced',
    timestamp: expect.stringMatching(/^20.*Z$/),
    data: { contactId: id },
  });
  expect(granted?.data).toEqual({ contactId: id, contents: ['foundations', 'library'] });
  expect(password?.data).toEqual({ contactId: id, from: 'generated' });
});

test('what a tag gives and takes is told when it changes, and a pull that changes nothing is not', async () => {
  const id = newContact();
  await api.visit(id);
  crm.contacts.addTag(id, TAGS.foundations);
  await api.visit(id, 'profile-view');
  await api.visit(id, 'profile-view');
  crm.contacts.removeTag(id, TAGS.foundations);
  await api.visit(id, 'profile-view');
  await eventually(async () =>
    expect(types(id)).toEqual([
      'member.synced',
      'member.synced',
      'access.granted',
      'member.synced',
      'access.revoked',
    ]),
  );
  expect(toldOf(id).at(-1)?.data).toEqual({ contactId: id, contents: ['foundations'] });
});

test('members that a batch sync pulled are told too', async () => {
  const ids = [newContact(TAGS.basic), newContact(TAGS.basic)];
  for (const id of ids) await latchkey.send('told', 'aal_batchsync', { 'contact[id]': id });
  for (const id of ids) {
    await eventually(async () => expect(types(id)).toEqual(['member.synced', 'access.granted']));
  }
});

test('a site that fails is told again, and later events of the same contact wait behind it', async () => {
  const id = newContact(TAGS.premium);
  let refusals = 0;
  site.answerWith(({ data }) => {
    if (data.contactId !== id || refusals >= 1) return { status: 200 };
    refusals++;
    return { status: 500 };
  });
  await api.visit(id);
  await eventually(async () => expect(refusals).toBe(1));
  const [first] = await eventually(async () => {
    const events = await eventsOf(id);
    expect(events[0]).toMatchObject({ state: 'queued', attempts: 1, reason: expect.stringContaining('500') });
    return events;
  });
  expect(first?.type).toBe('member.synced');
  expect(toldOf(id)).toEqual([]);
  // Other contacts do not wait.
  const other = newContact();
  await api.visit(other);
  await eventually(async () => expect(types(other)).toEqual(['member.synced']));
  await eventually(async () => expect(types(id)).toEqual(['member.synced', 'access.granted']), 60_000);
}, 90_000);

test.each([
  ['a redirect', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, '302', 0],
  ['a refusal', { status: 403 }, '403', 0],
  ['a time to come back', { status: 503, headers: { 'retry-after': '1800' } }, '503', 1_800_000],
] as const)('%s is no delivery', async (_, answer, reason, waitMs) => {
  const id = newContact();
  site.answerWith(({ data }) => (data.contactId === id ? answer : { status: 200 }));
  await api.visit(id);
  const event = await eventually(async () => {
    const [found] = await eventsOf(id);
    expect(found?.reason).toContain(reason);
    return found;
  });
  expect(event?.state).toBe('queued');
  expect(Date.parse(String(event?.pendingAt))).toBeGreaterThan(Date.now() + waitMs);
  expect(toldOf(id)).toEqual([]);
});

test('after its last attempt an event is a dead letter that names no person, and redriven it is told', async () => {
  const id = newContact();
  site.answerWith(({ data }) => (data.contactId === id ? { status: 500 } : { status: 200 }));
  await api.visit(id);
  const event = await eventually(async () => {
    const [found] = await eventsOf(id);
    expect(found).toMatchObject({ attempts: 1, reason: expect.stringContaining('500') }); // the attempt is over
    return found;
  });
  await table.changeItem(`told#${id}`, String(event?.sk), {
    attempts: 19,
    pendingAt: '2026-01-01T00:00:00.000Z',
  });
  await latchkey.cloud.lambda('sweep').invoke({});
  await eventually(async () =>
    expect((await eventsOf(id))[0]).toMatchObject({ state: 'failed', attempts: 20 }),
  );
  expect(await latchkey.messagesIn('site-events/dead-letters')).toBe(1);

  site.answerWith(() => ({ status: 200 }));
  await redrive();
  await eventually(async () => expect(types(id)).toEqual(['member.synced']));
  await eventually(async () =>
    expect((await eventsOf(id))[0]).toMatchObject({ state: 'delivered', attempts: 1 }),
  );
});

/** What SQS does when an operator has it redrive dead letters: they go back to their queue as they are. */
async function redrive(): Promise<void> {
  const sqs = new SQSClient(clientOptions(latchkey.cloud.endpoints.sqs));
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: latchkey.cloud.queues['site-events/dead-letters'],
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['MessageGroupId'],
    }),
  );
  for (const { Body, Attributes, MessageId } of Messages) {
    const ids = { MessageGroupId: Attributes?.MessageGroupId, MessageDeduplicationId: MessageId };
    const QueueUrl = latchkey.cloud.queues['site-events'];
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: Body, ...ids }));
  }
  sqs.destroy();
}

test('an event whose message was lost is found by the sweep, and one that follows does not overtake it', async () => {
  const lost = newContact(TAGS.premium);
  await api.visit(lost);
  await eventually(async () => expect(types(lost)).toHaveLength(2));
  // As if SQS had refused it: the record is there, and no message.
  const [synced] = await eventsOf(lost);
  await table.changeItem(`told#${lost}`, String(synced?.sk), {
    state: 'queued',
    pendingKey: 'events#0',
    pendingAt: '2026-01-01T00:00:00.000Z',
  });
  await latchkey.cloud.lambda('sweep').invoke({});
  await eventually(async () =>
    expect(types(lost)).toEqual(['member.synced', 'access.granted', 'member.synced']),
  );
});

test('a site that wants no events costs nothing: no record, no message, no access kept', async () => {
  const academy = siteApi(latchkey, 'academy');
  await academy.visit('1');
  const items = (await table.items()).filter(({ pk }) => pk === 'academy#1');
  expect(items.map(({ sk }) => sk).sort()).toEqual(['flag', 'member']);
  expect(items.find(({ sk }) => sk === 'member')).not.toHaveProperty('access');
});

test('no event holds a name, an address, a field or a password', async () => {
  const id = newContact();
  crm.contacts.edit(id, { firstName: 'Canaria', fields: { 3: 'canary-points' } });
  await latchkey.send('told', 'aal_genpass', { 'contact[id]': id });
  await eventually(async () => expect(types(id)).toContain('member.password-generated'));
  const all = JSON.stringify([toldOf(id), await eventsOf(id), latchkey.lines]);
  const password = crm.contacts.get(id)?.fields['7'] ?? '';
  expect(password).not.toBe('');
  for (const canary of [`told.${contacts}@`, 'Canaria', 'canary-points', password])
    expect(all).not.toContain(canary);
});
