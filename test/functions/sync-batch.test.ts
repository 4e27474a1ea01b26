import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { deliver, sendBatchSyncs } from '../support/batch-sync.ts';
import { HANDSHAKES } from '../support/latchkey.config.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent, sqsRecord } from '../support/sqs-event.ts';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  // Long enough for all messages that wait to come in one batch, as with the deployed window.
  latchkey = await startTestLatchkey({ pollers: false, batchWindowSeconds: 2 });
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
});
afterEach(() => crm.faults.clear());
afterAll(() => latchkey.stop());

const send = (ids: readonly string[]) => sendBatchSyncs(latchkey, 'academy', ids);
const stateOf = async ({ contactId, id }: WebhookRecord) =>
  (await latchkey.record('academy', contactId, id))?.state;

/** Delivers; gives the messages that come back, and what it cost. */
async function sync(event: ReturnType<typeof sqsEvent>) {
  crm.requests.reset();
  const back = await deliver(latchkey, event);
  return { back, requests: { ...crm.requests.byRoute } };
}

/** The records are applied, the members are as in the CRM, and nothing is left to do. */
async function expectSynced(records: WebhookRecord[]): Promise<void> {
  for (const record of records) {
    const { contactId } = record;
    expect(await stateOf(record)).toBe('applied');
    const { tagIds, email } = crm.contacts.get(contactId) ?? {};
    expect(await latchkey.member('academy', contactId)).toMatchObject({ tags: tagIds, email });
    const flag = await latchkey.flag('academy', contactId);
    expect(flag?.syncedVersion).toBe(flag?.requestedVersion);
    expect(flag).not.toHaveProperty('pendingKey');
  }
}

test('contacts that wait are synced by one request for a hundred, whatever the order and however often messages come', async () => {
  const records = await send(crm.seedContacts(40));
  const outOfOrder = [...records].reverse();
  const { Records } = sqsEvent([...outOfOrder, ...records, ...outOfOrder.slice(0, 5)]);
  expect(await sync({ Records })).toEqual({ back: [], requests: { 'GET /contacts': 1 } });
  await expectSynced(records);
});

test('messages that come again when everything is done cost no CRM request', async () => {
  const records = await send(crm.seedContacts(3));
  await sync(sqsEvent(records));
  expect(await sync(sqsEvent(records, 2))).toEqual({ back: [], requests: {} });
  await expectSynced(records);
});

test('a contact that was synced since its webhook arrived costs no CRM request', async () => {
  const [first] = await send(crm.seedContacts(1));
  if (!first) throw new Error('no record');
  const second = { ...first, id: `${first.id}-again` }; // a message that is late: its record is not there
  await sync(sqsEvent([second]));
  expect(await sync(sqsEvent([first]))).toEqual({ back: [], requests: {} });
  expect(await stateOf(first)).toBe('applied');
});

test('a webhook that DynamoDB could not record is recorded, flagged and applied from its message', async () => {
  const [contactId = ''] = crm.seedContacts(1);
  const [known] = await send(['1']);
  const message = { ...known, id: '01K0000000000000000000LATE', contactId } as WebhookRecord;
  expect((await sync(sqsEvent([message]))).back).toEqual([]);
  await expectSynced([message]);
});

test('a contact that the CRM does not have is rejected, alone', async () => {
  const [missing, ...others] = await send(['4711', ...crm.seedContacts(10)]);
  expect((await sync(sqsEvent([...others, missing as WebhookRecord]))).back).toEqual([]);
  expect(await stateOf(missing as WebhookRecord)).toBe('rejected');
  await expectSynced(others);
});

test.each([
  ['is answered with an error', { does: 'answer', status: 500 }],
  ['is answered with something broken', { does: 'malformed', when: 'after' }],
] as const)('a contact whose read %s comes back, alone', async (_, fault) => {
  const ids = crm.seedContacts(12);
  const [bad, ...others] = await send(ids);
  crm.faults.omitFromLists.add(ids[0] ?? '');
  crm.faults.next({ ...fault, route: 'GET /contacts/{id}' });
  expect((await sync(sqsEvent([bad as WebhookRecord, ...others]))).back).toEqual(['0']);
  await expectSynced(others);
  expect(await latchkey.record('academy', ids[0] ?? '', bad?.id ?? '')).toMatchObject({ attempts: 1 });

  expect((await sync(sqsEvent([bad as WebhookRecord], 2))).back).toEqual([]);
  await expectSynced([bad as WebhookRecord]);
});

test('a contact that the CRM refuses for good is rejected with its words, alone', async () => {
  const ids = crm.seedContacts(6);
  const [bad, ...others] = await send(ids);
  crm.faults.omitFromLists.add(ids[0] ?? '');
  crm.faults.next({ does: 'answer', status: 422, route: 'GET /contacts/{id}' });
  expect((await sync(sqsEvent([bad as WebhookRecord, ...others]))).back).toEqual([]);
  await expectSynced(others);
  const record = await latchkey.record('academy', ids[0] ?? '', bad?.id ?? '');
  expect(record).toMatchObject({ state: 'rejected', reason: expect.stringContaining('answered 422') });
});

test('when the list of the CRM is not to be trusted, contacts are read singly', async () => {
  const records = await send(crm.seedContacts(8));
  crm.faults.ignoreInclude = true;
  const { back, requests } = await sync(sqsEvent(records));
  expect(back).toEqual([]);
  expect(requests).toMatchObject({ 'GET /contacts': 1, 'GET /contacts/{id}': 8 });
  await expectSynced(records);
});

test.each(['', 'no JSON', 'null', '{}', '{"task":"apply"}', '{"task":"dance","webhook":{"id":"1"}}'])(
  'an unreadable message comes back, alone: %j',
  async (body) => {
    const records = await send(crm.seedContacts(2));
    const Records = [sqsRecord('unreadable', body), ...sqsEvent(records).Records];
    expect((await sync({ Records })).back).toEqual(['unreadable']);
    await expectSynced(records);
  },
);

// The last one, since from here on messages are delivered as they come.
test('500 contacts that wait cost at most ten requests, and all of them are synced', async () => {
  const contactIds = crm.seedContacts(500);
  const url = `${latchkey.cloud.url}/?aal_batchsync=${HANDSHAKES.academy}`;
  const run = await crm.automation.tagAndPost({ contactIds, tag: 'Released', url, concurrency: 25 });
  expect(run).toMatchObject({ answered: 500, failed: 0 });
  crm.requests.reset();

  latchkey.cloud.startPollers();
  const records = await eventually(async () => {
    const all = (await Promise.all(contactIds.map((id) => latchkey.records('academy', id)))).flat();
    expect(all.filter(({ state }) => state === 'applied')).toHaveLength(500);
    return all;
  });
  expect(crm.requests.total).toBeLessThanOrEqual(10);
  await expectSynced(records);
  await eventually(async () => expect(await latchkey.messagesIn('batch-sync')).toBe(0));
}, 60_000);
