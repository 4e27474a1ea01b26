import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import { type FaultProxy, startFaultProxy } from '../../../local/fault-proxy.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

const load = () =>
  together(
    import('../../../functions/store/contact-items.ts'),
    import('../../../functions/store/crm-accounts.ts'),
    import('../../../functions/store/flags.ts'),
    import('../../../functions/store/needs-sync.ts'),
    import('../../../functions/store/payment-links.ts'),
    import('../../../functions/store/reconcile-cursor.ts'),
    import('../../../functions/store/table.ts'),
    import('../../../functions/store/webhooks.ts'),
  );

let table: TestTable;
let proxy: FaultProxy;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  const dynamodb = process.env.AWS_ENDPOINT_URL_DYNAMODB ?? '';
  proxy = await startFaultProxy(() => dynamodb);
  process.env.AWS_ENDPOINT_URL_DYNAMODB = proxy.url;
  store = await load();
});
afterAll(async () => {
  await proxy.close();
  await table.stop();
});

const NOW = '2026-11-27T01:02:03.000Z';

test('the CRM account of a site is the one that was noted last', async () => {
  expect(await store.readCrmAccount('academy')).toBeUndefined();
  await store.noteCrmAccount('academy', 'one.example');
  await store.noteCrmAccount('academy', 'other.example');
  expect(await store.readCrmAccount('academy')).toBe('other.example');
});

test('whose a subscription is, is known by its id at its provider', async () => {
  const at = { site: 'academy', provider: 'stripe', id: 'sub_1' };
  expect(await store.readPaymentLink(at)).toBeUndefined();
  await store.writePaymentLink(at, { contactId: '7', of: 'club' });
  expect(await store.readPaymentLink(at)).toMatchObject({ contactId: '7', of: 'club' });
  expect(await store.readPaymentLink({ ...at, provider: 'paypal' })).toBeUndefined();
});

test('of two runs at once only one moves a site’s cursor', async () => {
  expect(await store.readReconcileCursor('a')).toBeUndefined();
  const first = await store.moveReconcileCursor('a', undefined, { since: NOW });
  expect(first).toEqual({ since: NOW, step: 1 });
  expect(await store.moveReconcileCursor('a', undefined, { since: 'other' })).toBeUndefined();
  const round = { since: NOW, startedAt: 'begun', resume: 'page 2' };
  expect(await store.moveReconcileCursor('a', first, round)).toEqual({ ...round, step: 2 });
  expect(await store.moveReconcileCursor('a', first, { since: 'other' })).toBeUndefined();
  expect(await store.readReconcileCursor('a')).toMatchObject({ ...round, step: 2 });
  await store.moveReconcileCursor('a', { ...round, step: 2 }, { since: 'next' });
  const between = await store.readReconcileCursor('a');
  expect(between).toMatchObject({ since: 'next', step: 3 });
  for (const gone of ['startedAt', 'resume']) expect(between).not.toHaveProperty(gone);
});

test('of a contact everything is listed by what it is, and nothing of what it holds', async () => {
  await store.raiseFlag('academy', '7', NOW);
  await store.recordWebhook(webhookOf('7', '01A', { parameters: { opId: 'x' } }), QUEUED);
  await store.recordWebhook(webhookOf('8', '01A'), QUEUED);
  expect(await store.itemsOfContact('academy', '7')).toEqual([
    { pk: 'academy#7', sk: 'flag' },
    {
      ...{ pk: 'academy#7', sk: 'webhook#01A', state: 'queued', queue: 'operations' },
      receivedAt: webhookOf('7', '01A').receivedAt,
    },
  ]);
});

test('items are deleted, however many, and those that are gone are no error', async () => {
  const ids = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'));
  await pMap(ids, (id) => store.recordWebhook(webhookOf('9', id), QUEUED), { concurrency: 10 });
  const items = await store.itemsOfContact('academy', '9');
  expect(items).toHaveLength(60);
  await store.deleteItems(items.slice(0, 51));
  expect((await store.itemsOfContact('academy', '9')).map(({ sk }) => sk)).toEqual(
    ids.slice(51).map((id) => `webhook#${id}`),
  );
  await store.deleteItems(items);
  expect(await store.itemsOfContact('academy', '9')).toEqual([]);
});

test('what DynamoDB had no room to delete is sent again, after a pause, with the rest', async () => {
  const ids = Array.from({ length: 30 }, (_, n) => String(n).padStart(2, '0'));
  await pMap(ids, (id) => store.recordWebhook(webhookOf('10', id), QUEUED), { concurrency: 10 });
  const items = await store.itemsOfContact('academy', '10');
  const left: string[] = [];
  const times: number[] = [];
  proxy.decide(({ body, operation }) => {
    if (!operation.endsWith('BatchWriteItem')) return 'pass';
    times.push(Date.now());
    if (times.length > 1) return 'pass';
    const { RequestItems } = JSON.parse(body) as {
      RequestItems: Record<string, { DeleteRequest: object }[]>;
    };
    const [[name, requests] = ['', []]] = Object.entries(RequestItems);
    left.push(...requests.map((request) => JSON.stringify(request)));
    return { answer: { status: 200, body: { UnprocessedItems: { [name]: requests } } } };
  });
  await store.deleteItems(items);
  proxy.decide(() => 'pass');
  expect(left).toHaveLength(25);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(95); // 100 ms, as a timer may round
  expect(await store.itemsOfContact('academy', '10')).toEqual([]);
});

test('what has its pages full is deleted without a pause', async () => {
  const keys = Array.from({ length: 100 }, (_, n) => ({ pk: 'none', sk: String(n) }));
  proxy.passed.length = 0;
  await store.deleteItems(keys);
  expect(proxy.passed.map(({ operation }) => operation)).toEqual(
    Array(4).fill('DynamoDB_20120810.BatchWriteItem'),
  );
});

test('contacts that need a sync come page by page, each once, over all shards', async () => {
  const ids = Array.from({ length: 40 }, (_, n) => String(100 + n));
  await pMap(ids, (id) => store.raiseFlag('paged', id, `${NOW}-${id}`), { concurrency: 10 });
  for (const limit of [3, 7, 40]) {
    const seen: { contactId: string; since: string }[] = [];
    let cursor: import('../../../functions/store/needs-sync.ts').NeedsSyncCursor | undefined = { shard: 0 };
    for (let pages = 0; cursor && pages <= 60; pages++) {
      const page: import('../../../functions/store/needs-sync.ts').NeedsSyncPage = await store.listNeedsSync(
        'paged',
        cursor,
        limit,
      );
      expect(page.contacts.length).toBeLessThanOrEqual(limit);
      seen.push(...page.contacts);
      cursor = page.next;
    }
    expect(cursor).toBeUndefined();
    expect(seen.map(({ contactId }) => contactId).sort()).toEqual(ids);
    expect(seen.every(({ contactId, since }) => since === `${NOW}-${contactId}`)).toBe(true);
  }
});
