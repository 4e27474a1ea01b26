import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { flagKey, paceKey } from '../../functions/store/keys.ts';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { deliver, sendBatchSyncs } from '../support/batch-sync.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import type { TestSite } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: FaultyLatchkey;
let crm: ActiveCampaignSimulator;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('sync-batch', 'academy', { pollers: false });
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  table = openTable(latchkey);
});
beforeEach(async () => {
  crm.faults.clear();
  for (const proxy of Object.values(latchkey.proxies)) proxy.decide(() => 'pass');
  await endHold();
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const ALWAYS = Number.POSITIVE_INFINITY;
const MAX_ATTEMPTS = 16;
const DEAD_LETTERS = 'batch-sync/dead-letters';

const send = (ids: readonly string[]) => sendBatchSyncs(latchkey, 'academy', ids);
const now = async ({ site, contactId, id }: WebhookRecord) =>
  latchkey.record(site as TestSite, contactId, id);
const all = (records: WebhookRecord[]) => Promise.all(records.map(now));

/** Forgets the account's pace: as if the time that the CRM asked to wait were over. */
const endHold = () => table.remove(paceKey(new URL(latchkey.proxies.crm.url).host));

/** Seconds after which the function last asked SQS to show a message again. */
function lastDelay(): number {
  const asked = latchkey.proxies.sqs.passed.findLast(({ operation }) =>
    /ChangeMessageVisibility/.test(operation),
  );
  return JSON.parse(asked?.body ?? '').Entries[0].VisibilityTimeout;
}

test('while the CRM is down each try counts and the waits grow; when it is back all are applied', async () => {
  const records = await send(crm.seedContacts(3));
  crm.faults.next({ does: 'answer', status: 503, times: 3 });
  for (const { attempts, least, most } of [
    { attempts: 1, least: 7, most: 13 },
    { attempts: 2, least: 15, most: 25 },
    { attempts: 3, least: 30, most: 50 },
  ]) {
    expect(await deliver(latchkey, sqsEvent(records))).toEqual(['0', '1', '2']);
    for (const record of await all(records)) {
      expect(record).toMatchObject({
        state: 'queued',
        attempts,
        reason: expect.stringContaining('answered 503'),
      });
      expect(Date.parse(record?.pendingAt ?? '')).toBeGreaterThan(Date.now() + lastDelay() * 1000);
    }
    expect(lastDelay()).toBeGreaterThanOrEqual(least);
    expect(lastDelay()).toBeLessThanOrEqual(most);
  }
  expect(await deliver(latchkey, sqsEvent(records))).toEqual([]);
  for (const record of await all(records)) expect(record).toMatchObject({ state: 'applied', attempts: 3 });
});

test('after the last attempt a job is a dead letter and its record failed, and its neighbours go on', async () => {
  const [last, ...others] = (await send(crm.seedContacts(3))) as [WebhookRecord, ...WebhookRecord[]];
  await table.change(last, { attempts: MAX_ATTEMPTS - 1 });
  crm.faults.next({ does: 'reset' });
  expect(await deliver(latchkey, sqsEvent([last, ...others]))).toEqual(['1', '2']);
  expect(await now(last)).toMatchObject({
    state: 'failed',
    attempts: MAX_ATTEMPTS,
    reason: expect.stringMatching(/^gave up after 16 attempts; last: .*did not answer/),
  });
  expect(await now(last)).not.toHaveProperty('pendingKey');
  expect(await latchkey.messagesIn(DEAD_LETTERS)).toBe(1);

  expect(await deliver(latchkey, sqsEvent([last, ...others]))).toEqual([]);
  for (const record of await all(others)) expect(record).toMatchObject({ state: 'applied', attempts: 1 });
  expect(await latchkey.messagesIn(DEAD_LETTERS)).toBe(1);
});

test('a wait that the CRM asks for costs no attempt, however often jobs come back meanwhile', async () => {
  const records = await send(crm.seedContacts(120));
  const deadBefore = await latchkey.messagesIn(DEAD_LETTERS);
  crm.requests.reset();
  crm.faults.next({ does: 'answer', status: 429, headers: { 'Retry-After': '60' } });
  expect(await deliver(latchkey, sqsEvent(records))).toHaveLength(120);
  for (let delivery = 0; delivery < MAX_ATTEMPTS + 2; delivery++) {
    expect(await deliver(latchkey, sqsEvent(records.slice(0, 2)))).toHaveLength(2);
    expect(lastDelay()).toBeGreaterThan(45);
  }
  expect(crm.requests.total).toBe(1); // nobody asked again before the time was over
  for (const record of await all(records)) {
    expect(record).toMatchObject({ state: 'queued' });
    expect(record?.attempts ?? 0).toBe(0);
  }

  await endHold();
  expect(await deliver(latchkey, sqsEvent(records))).toEqual([]);
  for (const record of await all(records)) expect(record?.state).toBe('applied');
  expect(await latchkey.messagesIn(DEAD_LETTERS)).toBe(deadBefore);
});

test('an account that is held up does not hold up the contacts of another site', async () => {
  const held = await send(crm.seedContacts(2));
  const free = await sendBatchSyncs(latchkey, 'legacy', ['1', '2']);
  crm.faults.next({ does: 'answer', status: 429, headers: { 'Retry-After': '60' } });
  expect(await deliver(latchkey, sqsEvent([...held, ...free]))).toEqual(['0', '1']);
  for (const record of await all(free)) expect(record?.state).toBe('applied');
});

test('an account that always refuses counts as busy and not as broken', async () => {
  const records = await send(crm.seedContacts(2));
  crm.faults.next({ does: 'answer', status: 429, headers: { 'Retry-After': '0' }, times: ALWAYS });
  expect(await deliver(latchkey, sqsEvent(records))).toEqual(['0', '1']);
  expect(lastDelay()).toBeGreaterThan(0);
  for (const record of await all(records)) expect(record?.attempts ?? 0).toBe(0);
});

test('a webhook that is in its message alone is not lost when the CRM cannot be opened', async () => {
  const [contactId = ''] = crm.seedContacts(1);
  const [known] = await send(['1']);
  const message = { ...known, id: '01K00000000000000000ALONE', contactId } as WebhookRecord;
  latchkey.proxies.ssm.decide(() => 'refuse');
  for (const pid of latchkey.cloud.functions['sync-batch']?.pids ?? []) // none that knows the credentials
    latchkey.cloud.functions['sync-batch']?.kill(pid);
  expect(await deliver(latchkey, sqsEvent([message]))).toEqual(['0']);

  latchkey.proxies.ssm.decide(() => 'pass');
  expect(await deliver(latchkey, sqsEvent([message]))).toEqual([]);
  expect(await now(message)).toMatchObject({ state: 'applied' });
});

test('while DynamoDB refuses, all messages come back, and later all are applied', async () => {
  const records = await send(crm.seedContacts(3));
  latchkey.proxies.dynamodb.decide(() => 'refuse');
  expect(await deliver(latchkey, sqsEvent(records))).toEqual(['0', '1', '2']);
  latchkey.proxies.dynamodb.decide(() => 'pass');
  expect(await deliver(latchkey, sqsEvent(records))).toEqual([]);
  for (const record of await all(records)) expect(record?.state).toBe('applied');
});

test('a webhook whose flag DynamoDB refused to raise is pulled all the same', async () => {
  const [record] = await send(crm.seedContacts(1));
  if (!record) throw new Error('not recorded');
  await table.remove(flagKey('academy', record.contactId));
  expect(await deliver(latchkey, sqsEvent([record]))).toEqual([]);
  expect(await now(record)).toMatchObject({ state: 'applied', reason: 'pulled from the CRM in bulk' });
});
