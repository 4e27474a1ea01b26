import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Gate } from '../../../functions/relay/gate.ts';
import type { WebhookRecord } from '../../../functions/store/webhooks.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { QUEUED, webhookOf } from './fixtures/webhooks.ts';

const load = () =>
  together(
    import('../../../functions/store/gates.ts'),
    import('../../../functions/store/job-attempts.ts'),
    import('../../../functions/store/joins.ts'),
    import('../../../functions/store/relayed-events.ts'),
    import('../../../functions/store/webhook-log.ts'),
    import('../../../functions/store/webhooks.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
});
afterAll(() => table.stop());

const isoIn = (ms: number) => new Date(Date.now() + ms).toISOString();
let ids = 0;
async function newJob(more: object = {}): Promise<WebhookRecord> {
  const job = webhookOf('1', `0${++ids}`, { request: { body: 'x' } as never, secrets: { p: 's' }, ...more });
  await store.recordWebhook(job, { ...QUEUED, queue: 'deliveries' });
  return read(job);
}
async function read({ site, contactId, id }: Pick<WebhookRecord, 'site' | 'contactId' | 'id'>) {
  const record = await store.readRecord(site, contactId, id);
  if (!record) throw new Error('not recorded');
  return record;
}
const begin = (job: WebhookRecord, held: string) =>
  store.beginAttempt(job, { held, leftAlone: isoIn(60_000) });
const gateOf = (nextAt: number) => ({ passes: {}, nextAt }) as unknown as Gate;

test('a gate is written on what was read, by one of those who read it', async () => {
  expect(await store.readGate('a')).toBeUndefined();
  expect(await store.writeGate('a', undefined, gateOf(1), 'me')).toBe(true);
  expect(await store.writeGate('a', undefined, gateOf(2), 'other')).toBe(false);
  const first = await store.readGate('a');
  expect(first).toEqual({ pk: 'gate#a', sk: 'gate', gate: gateOf(1), version: 1, writer: 'me' });
  expect(await store.writeGate('a', first, gateOf(3), 'other')).toBe(true);
  expect(await store.writeGate('a', first, gateOf(4), 'me')).toBe(false);
  expect(await store.readGate('a')).toMatchObject({ gate: gateOf(3), version: 2, writer: 'other' });
});

test('a write of a gate whose answer was lost is known again when it is repeated', async () => {
  expect(await store.writeGate('b', undefined, gateOf(1), 'me')).toBe(true);
  expect(await store.writeGate('b', undefined, gateOf(1), 'me')).toBe(true);
  const first = await store.readGate('b');
  expect(await store.writeGate('b', first, gateOf(2), 'me')).toBe(true);
  expect(await store.writeGate('b', first, gateOf(2), 'me')).toBe(true);
  expect(await store.readGate('b')).toMatchObject({ version: 2 });
});

test('when an event of a contact was relayed last is known for as long as anybody asks', async () => {
  const contact = { site: 'flooded', contactId: '7' };
  const before = Date.now();
  expect(await store.lastRelayedEvent(contact)).toBeUndefined();
  await store.noteRelayedEvent(contact, 3600);
  const at = Date.parse((await store.lastRelayedEvent(contact)) ?? '');
  expect(at >= before && at <= Date.now()).toBe(true);
  const { readItem } = await import('../../../functions/store/table.ts');
  const { relayedEventKey } = await import('../../../functions/store/keys.ts');
  const item = await readItem<{ expiresAt: number }>(relayedEventKey('flooded', '7'));
  expect(item?.expiresAt).toBe(Math.ceil(at / 1000) + 3600);
});

test('a webhook that is put off is free for the sweep, which sends it when it is due', async () => {
  const job = await newJob();
  await begin(job, isoIn(-1));
  const due = isoIn(3_600_000);
  expect(await store.parkUntil(job, due)).toBe(true);
  const parked = await read(job);
  expect(parked).toMatchObject({ state: 'queued', pendingAt: due, dueAt: due });
  for (const gone of ['heldBy', 'heldUntil']) expect(parked).not.toHaveProperty(gone);
});

test('a webhook that somebody tries, or that has ended, is not put off', async () => {
  const held = await newJob();
  await begin(held, isoIn(60_000));
  const ended = await newJob();
  await store.joinTogether([ended], await newJob());
  for (const job of [held, ended]) {
    expect(await store.parkUntil(job, isoIn(3_600_000))).toBe(false);
    expect(await read(job)).not.toHaveProperty('dueAt');
  }
});

test('webhooks that a later one brings too end with it, and count there', async () => {
  const [one, two, later] = [await newJob(), await newJob(), await newJob()];
  await begin(two, isoIn(-1)); // by a worker that died
  expect(await store.joinTogether([one, two], later)).toBe(true);
  const joined = await read(one);
  expect(joined).toMatchObject({ state: 'applied', joinedTo: later.id, settledAt: expect.any(String) });
  for (const gone of ['pendingKey', 'pendingAt', 'secrets', 'request'])
    expect(joined).not.toHaveProperty(gone);
  expect(await read(later)).toMatchObject({ state: 'queued', joined: 2, request: { body: 'x' } });
});

test('what was joined to an earlier one moves on with it, once', async () => {
  const [first, second, third, last] = [await newJob(), await newJob(), await newJob(), await newJob()];
  await store.joinTogether([first], second);
  expect(await store.joinTogether([await read(second)], third)).toBe(true);
  const counted = await read(third);
  expect(counted.joined).toBe(2);
  expect(await store.joinTogether([last], third)).toBe(false); // which was read before it counted
  expect(await store.joinTogether([last], counted)).toBe(true);
  expect(await read(third)).toMatchObject({ joined: 3 });
  expect(await store.joinTogether([await newJob()], counted)).toBe(false);
});

test('where one of them is being tried, or has ended, none is joined', async () => {
  const [free, held, later] = [await newJob(), await newJob(), await newJob()];
  await begin(held, isoIn(60_000));
  expect(await store.joinTogether([free, held], later)).toBe(false);
  expect(await store.joinTogether([free], held)).toBe(false);
  expect(await read(free)).toMatchObject({ state: 'queued' });
  expect(await read(later)).not.toHaveProperty('joined');
  await store.joinTogether([free], later);
  expect(await store.joinTogether([free], await newJob())).toBe(false);
});
