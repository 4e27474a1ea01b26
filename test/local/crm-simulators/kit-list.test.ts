import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startKit } from '../../../local/crm-simulators/kit.ts';
import { handClock, kitClientOf } from './support.ts';

const LAG_MS = 30_000;

let crm: CrmSimulator;
let call: ReturnType<typeof kitClientOf>;
let clock: ReturnType<typeof handClock>;
let start: (listLagMs?: number) => Promise<void>;

beforeEach(async () => {
  clock = handClock();
  start = async (listLagMs) => {
    crm = await startKit({
      requestsPerSecond: 1_000,
      now: clock.now,
      ...(listLagMs !== undefined && { listLagMs }),
    });
    call = kitClientOf(crm);
    crm.seedContacts(5);
  };
  await start();
});
afterEach(() => crm.close());

const list = async (query = '') => (await call('GET', `/subscribers?${query}`)).body;
const idsOf = async (query: string): Promise<number[]> =>
  (await list(query)).subscribers.map(({ id }: { id: number }) => id);
const time = () => new Date(clock.now()).toISOString();

test('lists are late, while reads by id are not', async () => {
  expect(await idsOf('')).toEqual([]);
  expect((await call('GET', '/subscribers/1')).status).toBe(200);
  clock.advance(LAG_MS - 1);
  expect(await idsOf('')).toEqual([]);
  clock.advance(1);
  expect(await idsOf('sort_field=id&sort_order=asc')).toEqual([1, 2, 3, 4, 5]);
  crm.contacts.remove('2');
  expect(await idsOf('sort_field=id&sort_order=asc')).toEqual([1, 2, 3, 4, 5]);
});

test('the lag can be another one', async () => {
  await crm.close();
  await start(0);
  expect(await idsOf('')).toHaveLength(5);
});

test('a list has the active subscribers alone, unless told', async () => {
  await call('POST', '/subscribers/2/unsubscribe');
  await call('POST', '/subscribers', { email_address: 'b@example.com', state: 'bounced' });
  clock.advance(LAG_MS);
  expect(await idsOf('sort_field=id&sort_order=asc')).toEqual([1, 3, 4, 5]);
  expect(await idsOf('status=cancelled')).toEqual([2]);
  expect(await idsOf('status=bounced')).toEqual([6]);
  expect(await idsOf('status=all&sort_field=id&sort_order=desc')).toEqual([6, 5, 4, 3, 2, 1]);
  expect((await call('GET', '/subscribers?status=gone')).status).toBe(422);
  expect((await call('GET', '/subscribers?sort_field=shoe_size')).status).toBe(422);
});

test('updated_after finds what changed later than its second; a tag is no update', async () => {
  clock.advance(60_000);
  const since = time();
  clock.advance(999);
  crm.contacts.edit('1', { firstName: 'Same second' });
  clock.advance(1);
  crm.contacts.edit('2', { fields: { plan: 'gold' } });
  crm.contacts.addTag('3', '20');
  clock.advance(LAG_MS);
  expect(await idsOf(`updated_after=${since}`)).toEqual([2]);
  expect(await idsOf(`updated_before=${since}&sort_field=id&sort_order=asc`)).toEqual([3, 4, 5]);
  expect(await idsOf(`created_after=${since}`)).toEqual([]);
});

test('addresses are found in any case, several at once', async () => {
  clock.advance(LAG_MS);
  const addresses = ['ADA.ADLER.1@example.com', 'chloe.costa.3@example.com', 'nobody@example.com'].join(',');
  expect(await idsOf(`email_address=${addresses}&sort_field=id&sort_order=asc`)).toEqual([1, 3]);
});

test('a page has 500 unless told, 1000 at most, and its cursor leads to the next one', async () => {
  crm.seedContacts(1_200);
  clock.advance(LAG_MS);
  expect((await list()).pagination).toMatchObject({ per_page: 500, has_next_page: true });
  const query = 'sort_field=id&sort_order=asc&per_page=5000&include_total_count=true';
  const first = await list(query);
  expect(first.subscribers).toHaveLength(1_000);
  expect(first.pagination).toMatchObject({
    ...{ has_previous_page: false, has_next_page: true, per_page: 1_000, total_count: 1_205 },
    end_cursor: Buffer.from('[1000]').toString('base64'),
  });
  const second = await list(`${query}&after=${first.pagination.end_cursor}`);
  expect(second.subscribers.map(({ id }: { id: number }) => id).slice(0, 2)).toEqual([1_001, 1_002]);
  expect(second.pagination).toMatchObject({ has_previous_page: true, has_next_page: false });
});

test('slim subscribers have no fields', async () => {
  clock.advance(LAG_MS);
  expect((await list('slim=true')).subscribers[0]).not.toHaveProperty('fields');
  expect((await list()).subscribers[0]).toHaveProperty('fields');
});

test('an order by time loses subscribers of one second between pages, as its cursor is the time alone', async () => {
  clock.advance(LAG_MS);
  const query = 'sort_field=created_at&sort_order=asc&per_page=2';
  const first = await list(query);
  expect(first.pagination.has_next_page).toBe(true);
  expect(await idsOf(`${query}&after=${first.pagination.end_cursor}`)).toEqual([]);
});
