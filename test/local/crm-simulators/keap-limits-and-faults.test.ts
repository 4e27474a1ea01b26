import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { handClock, keapClientOf } from './support.ts';

let crm: KeapSimulator;
let clock: ReturnType<typeof handClock>;
let call: ReturnType<typeof keapClientOf>;

beforeEach(async () => {
  clock = handClock();
  crm = await startKeap({ now: clock.now });
  call = keapClientOf(crm);
  crm.seedContacts(1);
});
afterEach(() => crm.close());

const read = () => call('GET', '/v2/contacts/1');
const statuses = async (count: number): Promise<number[]> => {
  const answers = [];
  for (let index = 0; index < count; index += 1) answers.push((await read()).status);
  return answers;
};
const times = (count: number): number[] => Array.from({ length: count }, () => 200);

test('the eleventh request of a second is refused in Keap’s words, without Retry-After', async () => {
  expect(await statuses(11)).toEqual([...times(10), 429]);
  const refused = await read();
  expect(refused.body).toEqual({
    ...{ code: '429', message: 'Quota Exceeded', status: 'Request Throttled', details: null },
  });
  expect(refused.headers.has('retry-after')).toBe(false);
  clock.advance(1_000);
  expect(await statuses(1)).toEqual([200]);
  expect(crm.requests).toMatchObject({ total: 13, refused: 2 });
});

test('a 429 can say when to come back', async () => {
  await statuses(10);
  crm.faults.retryAfter = true;
  expect((await read()).headers.get('retry-after')).toBe('1');
});

test('the 241st request of a minute is refused', async () => {
  for (let second = 0; second < 24; second += 1) {
    expect(await statuses(10)).toEqual(times(10));
    clock.advance(1_000);
  }
  const refused = await read();
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-keap-product-throttle-available')).toBe('0');
  clock.advance(36_000);
  expect(await statuses(1)).toEqual([200]);
});

test('the quota of a day begins anew at midnight UTC', async () => {
  const [, , day] = crm.rateLimit.windows;
  if (day) day.limit = 2;
  expect(await statuses(3)).toEqual([200, 200, 429]);
  clock.advance(11 * 3_600_000);
  expect(await statuses(1)).toEqual([429]);
  clock.advance(3_600_000); // the clock began at noon
  expect(await statuses(1)).toEqual([200]);
});

test('headers tell what is left of the minute and of the day', async () => {
  await read();
  const { headers } = await read();
  const told = ['limit', 'available', 'used'].flatMap((what) => [
    headers.get(`x-keap-product-throttle-${what}`),
    headers.get(`x-keap-product-quota-${what}`),
  ]);
  expect(told).toEqual(['240', '30000', '238', '29998', '2', '2']);
});

test('another limit of a second stretches the longer ones, so that it can be kept up', async () => {
  await crm.close();
  crm = await startKeap({ requestsPerSecond: 100 });
  expect(crm.rateLimit.windows.map(({ limit }) => limit)).toEqual([100, 6_000, 8_640_000]);
});

test('planned faults strike the route that they name, before or after its effect', async () => {
  const write = () => call('PATCH', '/v2/contacts/1', { given_name: 'New' });
  crm.faults.next({ does: 'answer', status: 503, route: 'PATCH /v2/contacts/{contact_id}' });
  expect((await read()).status).toBe(200);
  expect((await write()).status).toBe(503);
  expect(crm.contacts.get('1')?.firstName).toBe('Ada');
  crm.faults.next({ does: 'reset', when: 'after' });
  await expect(write()).rejects.toThrow('fetch failed');
  expect(crm.contacts.get('1')?.firstName).toBe('New');
});
