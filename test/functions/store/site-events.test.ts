import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SiteEvent } from '../../../functions/store/site-events.ts';
import { together } from '../../support/modules.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';

const load = () =>
  together(
    import('../../../functions/store/site-events.ts'),
    import('../../../functions/store/pending.ts'),
    import('../../../functions/store/members.ts'),
  );

let table: TestTable;
let store: Awaited<ReturnType<typeof load>>;
let readEvent: (event: SiteEvent) => Promise<Record<string, unknown> | undefined>;
beforeAll(async () => {
  table = await startTestTable();
  store = await load();
  const { readItem } = await import('../../../functions/store/table.ts');
  const { siteEventKey } = await import('../../../functions/store/keys.ts');
  readEvent = (event) => readItem(siteEventKey(event));
});
afterAll(() => table.stop());

const AT = '2026-11-27T01:02:03.000Z';
const LATER = '2026-11-27T01:09:00.000Z';

let members = 0;
/** Records events of a new contact, with its member's change as ever. */
async function record(...ids: string[]): Promise<SiteEvent[]> {
  const contactId = String(++members);
  const about = { site: 'academy', contactId, at: AT, data: { contents: ['club'] }, recordDays: 30 };
  const events = ids.map((id): SiteEvent => ({ ...about, id, type: 'access.granted' }));
  expect(await store.changeMemberItem('academy', contactId, undefined, {}, events)).toBe(true);
  return events;
}
const one = async (id: string): Promise<SiteEvent> => {
  const [event] = await record(id);
  if (!event) throw new Error('not recorded');
  return event;
};
const idsUpTo = async (event: SiteEvent, anew = false) =>
  (await store.undeliveredUpTo(event, { anew })).map(({ id }) => id);

test('an event is recorded as waiting for the site, for the sweep to find it two minutes later', async () => {
  const event = await one('01A');
  const { recordDays, ...told } = event;
  expect(await readEvent(event)).toEqual({
    ...{ pk: `academy#${event.contactId}`, sk: 'event#01A' },
    ...told,
    state: 'queued',
    pendingKey: 'events#2',
    pendingAt: '2026-11-27T01:04:03.000Z',
    expiresAt: Date.parse('2026-12-27T01:02:03.000Z') / 1000,
  });
});

test('the site is told in order: what it has not taken stands before', async () => {
  const [first, second, third] = await record('01A', '01B', '01C');
  if (!first || !second || !third) throw new Error('not recorded');
  expect(await idsUpTo(second)).toEqual(['01A', '01B']);
  await store.settleDelivery(first, { state: 'delivered', reason: '200', now: LATER });
  expect(await idsUpTo(third)).toEqual(['01B', '01C']);
});

test('an event that was given up comes again only when it is redriven itself', async () => {
  const [first, second] = await record('01A', '01B');
  if (!first || !second) throw new Error('not recorded');
  await store.settleDelivery(first, { state: 'failed', reason: '500', now: LATER });
  expect(await idsUpTo(second)).toEqual(['01B']);
  expect(await idsUpTo(first)).toEqual([]);
  expect(await idsUpTo(first, true)).toEqual(['01A']);
});

test('each attempt at telling the site counts, and one that had failed begins anew', async () => {
  const event = await one('01A');
  const [found] = await store.undeliveredUpTo(event, { anew: false });
  if (!found) throw new Error('not found');
  const first = await store.beginDelivery(found, LATER);
  expect(first).toMatchObject({ attempts: 1, pendingAt: LATER, type: 'access.granted' });
  if (!first) throw new Error('not begun');
  expect(await store.beginDelivery(first, LATER)).toMatchObject({ attempts: 2 });
  await store.settleDelivery(event, { state: 'failed', reason: '500', now: LATER });
  const [failed] = await store.undeliveredUpTo(event, { anew: true });
  if (!failed) throw new Error('not found');
  expect(failed).not.toHaveProperty('pendingAt');
  expect(await store.beginDelivery(failed, LATER)).toMatchObject({
    ...{ state: 'queued', attempts: 1 },
    ...{ pendingKey: 'events#2', pendingAt: LATER },
  });
});

test('what the site has taken is neither told again nor put off', async () => {
  const event = await one('01A');
  const [found] = await store.undeliveredUpTo(event, { anew: false });
  if (!found) throw new Error('not found');
  await store.settleDelivery(event, { state: 'delivered', reason: '200', now: LATER });
  expect(await store.beginDelivery(found, LATER)).toBeUndefined();
  await store.postponeDelivery(event, { until: LATER, reason: '500', attempts: 3 });
  await store.settleDelivery(event, { state: 'failed', reason: '500', now: LATER });
  const record = await readEvent(event);
  expect(record).toMatchObject({ state: 'delivered', reason: '200', settledAt: LATER });
  for (const gone of ['pendingKey', 'pendingAt', 'attempts']) expect(record).not.toHaveProperty(gone);
});

test('an event that the site did not take waits for its time, with the reason', async () => {
  const event = await one('01A');
  await store.postponeDelivery(event, { until: LATER, reason: '500', attempts: 3 });
  expect(await readEvent(event)).toMatchObject({
    ...{ state: 'queued', pendingAt: LATER, reason: '500', attempts: 3 },
    pendingKey: 'events#2',
  });
});

test('an overdue event is sent by one sweep alone', async () => {
  const event = await one('01Z');
  const now = Date.now();
  const soon = new Date(now + 60_000).toISOString();
  const [found] = (await overdue()).filter(({ contactId }) => contactId === event.contactId);
  if (!found) throw new Error('not overdue');
  expect(await store.claimOverdueSiteEvent(found, { until: soon, sweeps: 1 })).toBe(true);
  const other = new Date(now + 90_000).toISOString();
  expect(await store.claimOverdueSiteEvent(found, { until: other, sweeps: 1 })).toBe(false);
  expect(await readEvent(event)).toMatchObject({ pendingKey: 'events#3', pendingAt: soon, sweeps: 1 });
  expect((await overdue()).map(({ contactId }) => contactId)).not.toContain(event.contactId);
});

async function overdue() {
  const found = [];
  for await (const page of store.overdueSiteEvents(new Date().toISOString())) found.push(...page);
  return found;
}

test('what a site can be told is what its documents name', () => {
  expect(store.SITE_EVENT_TYPES).toEqual([
    ...['member.created', 'member.synced', 'member.password-generated', 'member.password-reset-requested'],
    ...['access.granted', 'access.revoked', 'subscription.payment-failed', 'subscription.payment-recovered'],
    ...['subscription.paused', 'subscription.cancelled', 'subscription.ended'],
  ]);
});
