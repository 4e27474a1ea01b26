import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { SQSBatchResponse } from 'aws-lambda';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { importBundle } from '../support/import-bundle.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

type Handler = (event: object, context: { getRemainingTimeInMillis(): number }) => Promise<SQSBatchResponse>;

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
let handler: Handler;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  crm = latchkey.simulators.get('academy') as ActiveCampaignSimulator;
  // In this process, where a test can say how much time is left.
  handler = (await importBundle('sync-batch', latchkey.cloud)).handler as Handler;
});
beforeEach(() => crm.requests.reset());
afterAll(() => latchkey.stop());

const FULL_MS = 120_000;
const TOO_LITTLE_MS = 20_000;

/** A clock that jumps: there is time until the CRM has had so many requests, and then no more. */
const timeUntil = (requests: number) => ({
  getRemainingTimeInMillis: () => (crm.requests.total < requests ? FULL_MS : TOO_LITTLE_MS),
});

/** Webhooks that are in their messages alone, so that a record shows that somebody worked on one. */
const messages = (contactIds: readonly string[]) =>
  contactIds.map(
    (contactId, index): WebhookRecord => ({
      id: `01K000000000000000000${String(index).padStart(5, '0')}`,
      site: 'academy',
      command: 'aal_batchsync',
      contactId,
      parameters: {},
      receivedAt: new Date().toISOString(),
      state: 'queued',
    }),
  );

const stateOf = async ({ contactId, id }: WebhookRecord) =>
  (await latchkey.record('academy', contactId, id))?.state;
const statesOf = async (webhooks: WebhookRecord[]) => [...new Set(await Promise.all(webhooks.map(stateOf)))];
const idsBack = ({ batchItemFailures }: SQSBatchResponse) =>
  batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));

test('near the deadline the rest of the batch is handed back untouched, and done next time', async () => {
  const webhooks = messages(crm.seedContacts(250));
  const first = await handler(sqsEvent(webhooks), timeUntil(1)); // by then two pieces have begun, side by side
  expect(idsBack(first)).toEqual(Array.from({ length: 50 }, (_, index) => index + 200));
  expect(crm.requests.byRoute).toEqual({ 'GET /contacts': 2 });
  expect(await statesOf(webhooks.slice(0, 200))).toEqual(['applied']);
  expect(await statesOf(webhooks.slice(200))).toEqual([undefined]);

  const next = await handler(sqsEvent(webhooks.slice(200), 2), timeUntil(4));
  expect(idsBack(next)).toEqual([]);
  expect(crm.requests.byRoute).toEqual({ 'GET /contacts': 3 });
  expect(await statesOf(webhooks)).toEqual(['applied']);
});

test('nothing is begun where too little time is left from the start', async () => {
  const webhooks = messages(crm.seedContacts(5));
  expect(idsBack(await handler(sqsEvent(webhooks), timeUntil(0)))).toEqual([0, 1, 2, 3, 4]);
  expect(crm.requests.total).toBe(0);
  expect(await statesOf(webhooks)).toEqual([undefined]);
});

test('one process keeps nothing from a batch that would change the next one', async () => {
  const webhooks = messages(crm.seedContacts(2));
  crm.faults.next({ does: 'answer', status: 500 });
  expect(idsBack(await handler(sqsEvent(webhooks), timeUntil(Number.POSITIVE_INFINITY)))).toEqual([0, 1]);
  expect(idsBack(await handler(sqsEvent(webhooks, 2), timeUntil(Number.POSITIVE_INFINITY)))).toEqual([]);
  expect(idsBack(await handler(sqsEvent([]), timeUntil(Number.POSITIVE_INFINITY)))).toEqual([]);
  expect(await statesOf(webhooks)).toEqual(['applied']);
});
