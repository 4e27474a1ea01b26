import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { clientOf, handClock } from './support.ts';

let crm: ActiveCampaignSimulator;
let clock: ReturnType<typeof handClock>;
let call: ReturnType<typeof clientOf>;

beforeEach(async () => {
  clock = handClock();
  crm = await startActiveCampaign({ now: clock.now });
  call = clientOf(crm);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

const statuses = async (count: number): Promise<number[]> => {
  const answers = [];
  for (let index = 0; index < count; index += 1) answers.push((await call('GET', '/contacts/1')).status);
  return answers;
};

test('the sixth request within a second is refused with 429 and Retry-After', async () => {
  expect(await statuses(5)).toEqual([200, 200, 200, 200, 200]);
  const refused = await call('GET', '/contacts/2');
  expect(refused.status).toBe(429);
  expect(refused.headers.get('Retry-After')).toBe('1');
  expect(refused.headers.get('RateLimit-Limit')).toBe('5');
  expect(refused.headers.get('RateLimit-Remaining')).toBe('0');
});

test('the window slides: a slot is free one second after it was taken, and refusals take none', async () => {
  await statuses(3);
  clock.advance(600);
  expect(await statuses(3)).toEqual([200, 200, 429]);
  clock.advance(399);
  expect(await statuses(1)).toEqual([429]);
  clock.advance(1);
  expect(await statuses(4)).toEqual([200, 200, 200, 429]);
});

test('RateLimit-Remaining counts down', async () => {
  const remaining = [];
  for (let index = 0; index < 5; index += 1) {
    remaining.push((await call('GET', '/tags')).headers.get('RateLimit-Remaining'));
  }
  expect(remaining).toEqual(['4', '3', '2', '1', '0']);
});

test('a wrong token takes nothing from the account’s limit', async () => {
  for (let index = 0; index < 5; index += 1) await clientOf(crm, 'wrong')('GET', '/tags');
  expect(await statuses(1)).toEqual([200]);
});

test('every request is counted by its template, the refused ones too', async () => {
  await statuses(4);
  await call('GET', '/contacts/2');
  await call('GET', '/tags');
  expect(crm.requests).toMatchObject({
    total: 6,
    refused: 1,
    admitted: 5,
    byRoute: { 'GET /contacts/{id}': 5, 'GET /tags': 1 },
  });
  crm.requests.reset();
  expect(crm.requests).toMatchObject({ total: 0, refused: 0, byRoute: {} });
});

test('a planned status answers so often, for the route it names, and has no effect', async () => {
  crm.faults.next({
    does: 'answer',
    status: 503,
    times: 2,
    route: 'PUT /contacts/{id}',
    headers: { 'Retry-After': '3' },
  });
  const put = () => call('PUT', '/contacts/1', { contact: { firstName: 'New' } });
  expect((await call('GET', '/contacts/1')).status).toBe(200);
  const failed = await put();
  expect(failed.status).toBe(503);
  expect(failed.headers.get('Retry-After')).toBe('3');
  expect((await put()).status).toBe(503);
  expect(crm.contacts.get('1')?.firstName).toBe('Ada');
  expect((await put()).status).toBe(200);
  expect(crm.faults.struck).toBe(2);
});

test('a fault after the effect loses only the answer', async () => {
  crm.faults.next({ does: 'reset', when: 'after' });
  await expect(call('POST', '/contactTags', { contactTag: { contact: '1', tag: '9' } })).rejects.toThrow(
    'fetch failed',
  );
  expect(crm.contacts.get('1')?.tags).toContain('Account ready');
});

test('a reset connection and a malformed body reach the client as such', async () => {
  crm.faults.next({ does: 'reset' });
  crm.faults.next({ does: 'malformed', when: 'after' });
  crm.faults.next({ does: 'malformed' });
  await expect(call('GET', '/contacts/1')).rejects.toThrow('fetch failed');
  await expect(call('GET', '/contacts/1')).rejects.toMatchObject({ name: 'SyntaxError' });
  await expect(call('GET', '/contacts/1')).rejects.toMatchObject({ name: 'SyntaxError' });
  expect(await statuses(1)).toEqual([200]);
});

test('a hanging request gets no answer, and the simulator closes all the same', async () => {
  crm.faults.next({ does: 'hang' });
  const hanging = fetch(`${crm.url}/api/3/tags`, {
    headers: { 'Api-Token': crm.token },
    signal: AbortSignal.timeout(100),
  });
  await expect(hanging).rejects.toMatchObject({ name: 'TimeoutError' });
  crm.faults.next({ does: 'hang' });
  const abandoned = fetch(`${crm.url}/api/3/tags`, { headers: { 'Api-Token': crm.token } }).catch(
    (error: Error) => error.message,
  );
  while (crm.faults.struck < 2) await nextTurn();
  await crm.close();
  expect(await abandoned).toBe('fetch failed');
  crm = await startActiveCampaign(); // for the hook that closes it
});

test('latency holds every answer back', async () => {
  crm.faults.latencyMs = 60;
  const startedAt = performance.now();
  await call('GET', '/tags');
  expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59);
});

test('lists can ignore ids, ignore include, omit a contact or its side-loads', async () => {
  const list = async () =>
    (await call('GET', '/contacts?ids[]=1&ids[]=2&orders[id]=ASC&include=fieldValues,contactTags.tag')).body;
  const ids = (body: { contacts: { id: string }[] }) => body.contacts.map((contact) => contact.id);

  crm.faults.ignoreIds = true;
  expect(ids(await list())).toEqual(['1', '2', '3']);
  crm.faults.clear();
  crm.faults.ignoreInclude = true;
  expect(await list()).not.toHaveProperty('contactTags');
  crm.faults.clear();
  crm.faults.omitFromLists.add('1');
  expect(ids(await list())).toEqual(['2']);
  crm.faults.clear();
  crm.faults.omitSideLoads.add('1');
  const body = await list();
  expect(ids(body)).toEqual(['1', '2']);
  expect(new Set(body.contactTags.map((contactTag: { contact: string }) => contactTag.contact))).toEqual(
    new Set(['2']),
  );
  crm.faults.clear();
  clock.advance(1_000);
  expect((await list()).contacts[0]).toHaveProperty('contactTags');
});

test('stale reads answer with the state of n ms ago, while writes see the present', async () => {
  clock.advance(10_000);
  crm.contacts.edit('1', { fields: { 3: 'new' } });
  crm.contacts.create({ email: 'young@example.com' });
  clock.advance(2_000);
  const points = async () => (await call('GET', '/contacts/1')).body.fieldValues[0].value;

  crm.faults.staleMs = 3_000;
  expect(await points()).toBe('0');
  expect((await call('GET', '/contacts')).body.meta.total).toBe('3');
  expect((await call('POST', '/contacts', { contact: { email: 'young@example.com' } })).status).toBe(422);
  clock.advance(1_000);
  expect(await points()).toBe('new');
  expect((await call('GET', '/contacts')).body.meta.total).toBe('4');
});
