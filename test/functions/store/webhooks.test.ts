import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Webhook } from '../../../functions/webhooks/webhook.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, RECEIVED_AT, webhookOf } from './fixtures/webhooks.ts';

let table: TestTable;
let store: typeof import('../../../functions/store/webhooks.ts');
let readRecord: (webhook: Webhook) => Promise<Record<string, unknown> | undefined>;
beforeAll(async () => {
  table = await startTestTable();
  store = await import('../../../functions/store/webhooks.ts');
  const { readItem } = await import('../../../functions/store/table.ts');
  const { webhookKey } = await import('../../../functions/store/keys.ts');
  readRecord = (webhook) => readItem(webhookKey(webhook));
});
afterAll(() => table.stop());

const LATER = '2026-11-27T01:03:00.000Z';
const ATTEMPT = { at: LATER, ms: 12, outcome: 'applied', reason: 'done' } as const;
const FLAGGED = { state: 'flagged', recordDays: 30 } as const;

test('a job’s record is found by the sweep and by its command, and expires after the site’s days', async () => {
  const webhook = webhookOf('1', '01A');
  expect(await store.isRecorded(webhook)).toBe(false);
  expect(await store.recordWebhook(webhook, QUEUED)).toBeUndefined();
  expect(await store.isRecorded(webhook)).toBe(true);
  expect(await readRecord(webhook)).toEqual({
    ...{ pk: 'academy#1', sk: 'webhook#01A' },
    ...webhook,
    ...{ state: 'queued', queue: 'operations', pendingAt: QUEUED.pendingAt },
    ...{ pendingKey: 'jobs#2', logKey: 'log#academy#2', commandKey: 'log#academy#aal_genpass#2' },
    expiresAt: Date.parse('2026-12-27T01:02:03.000Z') / 1000,
  });
});

test('a webhook that only flags costs no index but that by time', async () => {
  const webhook = webhookOf('1', '01B', { command: 'aal_updateuser' });
  await store.recordWebhook(webhook, FLAGGED);
  expect(await readRecord(webhook)).toEqual({
    ...{ pk: 'academy#1', sk: 'webhook#01B' },
    ...webhook,
    state: 'flagged',
    logKey: 'log#academy#3',
    expiresAt: Date.parse('2026-12-27T01:02:03.000Z') / 1000,
  });
});

test('a webhook that comes again leaves its record as it is', async () => {
  const webhook = webhookOf('1', '01C');
  await store.recordWebhook(webhook, QUEUED);
  await store.recordWebhook({ ...webhook, command: 'aal_fieldop' }, FLAGGED);
  expect(await readRecord(webhook)).toMatchObject({ command: 'aal_genpass', state: 'queued' });
});

test.each([
  ['secret parameters', { default_pass: 'x' }, true],
  ['what was said of the contact alone', { contact: { email: 'a@example.com' } }, undefined],
  ['both', { contact: {}, default_pass: 'x' }, true],
  ['nothing', undefined, undefined],
] as [string, Webhook['secrets'], true | undefined][])(
  'of %s the record tells it had secrets: %s',
  async (_, secrets, told) => {
    const webhook = webhookOf(
      '2',
      `01D${String(told)}${Object.keys(secrets ?? {}).length}`,
      secrets && { secrets },
    );
    await store.recordWebhook(webhook, QUEUED);
    expect((await readRecord(webhook))?.hadSecrets).toBe(told);
  },
);

test('nothing is recorded once the time for answering is over', async () => {
  const webhook = webhookOf('3', '01E', { identity: 'same' });
  const over = AbortSignal.abort();
  await expect(store.recordWebhook(webhook, QUEUED, over)).rejects.toThrow(/abort/i);
  await expect(store.recordWebhook(webhook, { ...QUEUED, duplicateWindowSeconds: 60 }, over)).rejects.toThrow(
    /abort/i,
  );
  expect(await store.isRecorded(webhook)).toBe(false);
});

const COUNTED_ONCE = { ...QUEUED, duplicateWindowSeconds: 60 };
const at = (seconds: number) => new Date(Date.parse(RECEIVED_AT) + seconds * 1000).toISOString();

test('of identical webhooks within the window the first counts, and the others say which that is', async () => {
  const first = webhookOf('4', '01F', { identity: 'i', secrets: { p: 's' }, request: { url: 'x' } as never });
  const again = { ...first, id: '01G', receivedAt: at(60) };
  expect(await store.recordWebhook(first, COUNTED_ONCE)).toBeUndefined();
  expect(await store.recordWebhook(again, COUNTED_ONCE)).toBe('01F');
  const record = await readRecord(again);
  expect(record).toMatchObject({
    state: 'duplicate',
    duplicateOf: '01F',
    reason: 'identical to 01F, 60 s earlier',
    outcomeKey: 'log#academy#duplicate#0',
  });
  for (const left of ['secrets', 'request', 'queue', 'pendingKey', 'pendingAt', 'hadSecrets'])
    expect(record).not.toHaveProperty(left);
});

test('one that was recorded late counts as identical to one that came after it', async () => {
  const first = webhookOf('4', '01H', { identity: 'late' });
  await store.recordWebhook(first, COUNTED_ONCE);
  const earlier = { ...first, id: '01I', receivedAt: at(-60) };
  expect(await store.recordWebhook(earlier, COUNTED_ONCE)).toBe('01H');
  expect(await readRecord(earlier)).toMatchObject({ reason: 'identical to 01H, 60 s later' });
});

test.each([-61, 61])('identical webhooks that lie %s s apart both count', async (seconds) => {
  const first = webhookOf('5', `01J${seconds}`, { identity: `apart ${seconds}` });
  const other = { ...first, id: `01K${seconds}`, receivedAt: at(seconds) };
  expect(await store.recordWebhook(first, COUNTED_ONCE)).toBeUndefined();
  expect(await store.recordWebhook(other, COUNTED_ONCE)).toBeUndefined();
  // The later of the two has the claim from now on.
  const again = { ...first, id: `01L${seconds}`, receivedAt: at(seconds + Math.sign(seconds)) };
  expect(await store.recordWebhook(again, COUNTED_ONCE)).toBe(other.id);
});

test('without a window, or without an identity, nothing is a duplicate', async () => {
  const one = webhookOf('6', '01M', { identity: 'none' });
  await store.recordWebhook(one, QUEUED);
  expect(await store.recordWebhook({ ...one, id: '01N' }, QUEUED)).toBeUndefined();
  expect(await store.recordWebhook({ ...one, id: '01O' }, COUNTED_ONCE)).toBeUndefined();
  const { identity, ...bare } = one;
  expect(await store.recordWebhook({ ...bare, id: '01P' }, COUNTED_ONCE)).toBeUndefined();
});

test('a webhook that comes again is no duplicate of itself, and a duplicate stays one', async () => {
  const first = webhookOf('7', '01Q', { identity: 'twice' });
  const second = { ...first, id: '01R' };
  await store.recordWebhook(first, COUNTED_ONCE);
  expect(await store.recordWebhook(first, COUNTED_ONCE)).toBeUndefined();
  expect(await store.recordWebhook(second, COUNTED_ONCE)).toBe('01Q');
  expect(await store.recordWebhook(second, COUNTED_ONCE)).toBe('01Q');
});

test('a claim expires with its record, and is taken by the record that is written again', async () => {
  const { dynamo } = await import('../../../functions/platform/aws.ts');
  const { DeleteCommand } = await import('@aws-sdk/lib-dynamodb');
  const { inTable, readItem } = await import('../../../functions/store/table.ts');
  const { claimKey, webhookKey } = await import('../../../functions/store/keys.ts');
  const webhook = { ...webhookOf('8', '01S'), identity: 'gone' };
  await store.recordWebhook(webhook, COUNTED_ONCE);
  expect(await readItem(claimKey(webhook))).toEqual({
    ...claimKey(webhook),
    webhook: '01S',
    receivedAt: RECEIVED_AT,
    expiresAt: Date.parse('2026-12-27T01:02:03.000Z') / 1000,
  });
  await dynamo.send(new DeleteCommand({ ...inTable(), Key: webhookKey(webhook) }));
  expect(await store.recordWebhook(webhook, COUNTED_ONCE)).toBeUndefined();
  expect(await store.isRecorded(webhook)).toBe(true);
});

const KEPT = {
  secrets: { default_pass: 'x' },
  request: { url: 'x' } as never,
};

test('a job that ends leaves the sweep’s index, and what only its applying needed goes', async () => {
  const webhook = webhookOf('9', '01T', KEPT);
  await store.recordWebhook(webhook, { ...QUEUED, plan: { points: 10 } });
  const settled = await store.settle(webhook, {
    state: 'applied',
    reason: 'done',
    now: LATER,
    attempt: ATTEMPT,
  });
  expect(settled).toEqual(await readRecord(webhook));
  expect(settled).toMatchObject({ state: 'applied', reason: 'done', settledAt: LATER, history: [ATTEMPT] });
  for (const gone of ['pendingKey', 'pendingAt', 'secrets', 'request', 'plan', 'outcomeKey'])
    expect(settled).not.toHaveProperty(gone);
});

test.each([
  ['its plan', { keepsPlan: true }, { plan: { points: 10 } }, 'request'],
  ['its request', { keepsRequest: true }, { request: { url: 'x' } }, 'plan'],
])('a job that ends badly is found by that, and keeps %s for a replay', async (_, keeps, kept, gone) => {
  const webhook = webhookOf('9', `01U${gone}`, KEPT);
  await store.recordWebhook(webhook, { ...QUEUED, plan: { points: 10 } });
  const attempt = { ...ATTEMPT, outcome: 'failed' as const };
  const settled = await store.settle(webhook, {
    state: 'failed',
    reason: 'no',
    now: LATER,
    attempt,
    ...keeps,
  });
  expect(settled).toMatchObject({ ...kept, outcomeKey: expect.stringContaining('log#academy#failed#') });
  expect(settled).not.toHaveProperty(gone);
});

test('a job that has ended does not end again, and one that was never recorded does not begin by that', async () => {
  const webhook = webhookOf('9', '01V');
  const end = { state: 'applied', reason: 'done', now: LATER, attempt: ATTEMPT } as const;
  expect(await store.settle(webhook, end)).toBeUndefined();
  expect(await store.isRecorded(webhook)).toBe(false);
  await store.recordWebhook(webhook, QUEUED);
  await store.settle(webhook, end);
  expect(await store.settle(webhook, { ...end, state: 'failed' })).toBeUndefined();
  expect(await readRecord(webhook)).toMatchObject({ state: 'applied', history: [ATTEMPT] });
});

test('which outcomes people look for, and which can be replayed', () => {
  expect(store.TROUBLE).toEqual(['rejected', 'failed', 'duplicate']);
  expect(store.REPLAYABLE).toEqual(['failed', 'rejected']);
});
