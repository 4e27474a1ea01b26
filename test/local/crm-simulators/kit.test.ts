import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startKit } from '../../../local/crm-simulators/kit.ts';
import { startSimulator } from '../../../local/crm-simulators/start-simulator.ts';
import { handClock, kitClientOf } from './support.ts';

let crm: CrmSimulator;
let call: ReturnType<typeof kitClientOf>;
let clock: ReturnType<typeof handClock>;

beforeEach(async () => {
  clock = handClock();
  crm = await startKit({ requestsPerSecond: 1_000, now: clock.now });
  call = kitClientOf(crm);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

test('it starts by its kind, and its credentials are those of a site', async () => {
  const other = await startSimulator('kit', { token: 'kit_1' });
  expect(other.credentials).toEqual({ url: other.url, token: 'kit_1' });
  expect(other.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/v4$/);
  await other.close();
});

test('a subscriber has every custom field of the account by its key, and null where it has no value', async () => {
  expect(await call('GET', '/subscribers/1')).toMatchObject({
    status: 200,
    body: {
      subscriber: {
        id: 1,
        first_name: 'Ada',
        email_address: 'ada.adler.1@example.com',
        state: 'active',
        created_at: '2026-07-17T12:00:00Z',
        fields: { points: '0', plan: 'premium', password: null },
      },
    },
  });
});

test('a subscriber that never was, is deleted or merged away is a 404', async () => {
  crm.contacts.remove('1');
  crm.contacts.merge('2', '3');
  for (const id of ['1', '2', '4711', 'x'])
    expect(await call('GET', `/subscribers/${id}`)).toMatchObject({
      status: 404,
      body: { errors: ['Not Found'] },
    });
});

test('changes write what they name, an empty value is none, and an unknown key is dropped with a warning', async () => {
  const put = await call('PUT', '/subscribers/1', {
    first_name: 'Adele',
    fields: { plan: '', password: 'secret', nickname: 'x' },
  });
  expect(put).toMatchObject({
    status: 200,
    body: { subscriber: { first_name: 'Adele', fields: { points: '0', plan: null, password: 'secret' } } },
  });
  expect(put.body.subscriber.fields).not.toHaveProperty('nickname');
  expect(put.body.warnings).toHaveLength(1);
  expect(await call('PUT', '/subscribers/1', { email_address: 'ben.brandt.2@example.com' })).toMatchObject({
    status: 422,
    body: { errors: ['Email address has already been taken'] },
  });
});

test('creating is an upsert by the address, in any case, which refuses unknown keys', async () => {
  const made = await call('POST', '/subscribers', { email_address: 'new@example.com', first_name: 'New' });
  expect(made).toMatchObject({ status: 201, body: { subscriber: { id: 4, first_name: 'New' } } });
  const again = await call('POST', '/subscribers', {
    email_address: 'NEW@example.com',
    fields: { plan: 'gold' },
  });
  expect(again).toMatchObject({ status: 200, body: { subscriber: { id: 4, fields: { plan: 'gold' } } } });
  for (const body of [{ email_address: 'none' }, {}, { email_address: 'a@b.de', fields: { nickname: 'x' } }])
    expect((await call('POST', '/subscribers', body)).status).toBe(422);
  expect(crm.contacts.count).toBe(4);
});

test('a value that is longer than a field is a 422, at changes and at upserts', async () => {
  const fields = { plan: 'x'.repeat(16_384) };
  const [id = ''] = crm.seedContacts(1);
  expect((await call('PUT', `/subscribers/${id}`, { fields })).status).toBe(422);
  const upsert = { email_address: 'long@example.com', fields };
  expect((await call('POST', '/subscribers', upsert)).status).toBe(422);
  const shorter = { plan: fields.plan.slice(1) };
  expect((await call('PUT', `/subscribers/${id}`, { fields: shorter })).status).toBe(200);
});

test('a tag is put and taken by its id: 201, 200 when it is there, 204, 404 when it is not', async () => {
  const tagging = '/tags/20/subscribers/1';
  expect((await call('POST', tagging, {})).status).toBe(201);
  expect((await call('POST', tagging, {})).status).toBe(200);
  expect((await call('GET', '/subscribers/1/tags')).body).toMatchObject({
    tags: [{ id: 20, name: 'Cohort 2026', tagged_at: '2026-07-17T12:00:00Z' }, { id: 8 }, { id: 1 }],
    pagination: { has_next_page: false, per_page: 500 },
  });
  expect(await call('DELETE', tagging)).toMatchObject({ status: 204, body: '' });
  expect((await call('DELETE', tagging)).status).toBe(404);
  expect((await call('POST', '/tags/999/subscribers/1', {})).status).toBe(404);
  expect((await call('POST', '/tags/20/subscribers/99', {})).status).toBe(404);
});

test('a sequence takes a subscriber once', async () => {
  expect((await call('POST', '/sequences/31/subscribers/1', {})).status).toBe(201);
  expect((await call('POST', '/sequences/31/subscribers/1', {})).status).toBe(200);
  expect((await call('POST', '/sequences/99/subscribers/1', {})).status).toBe(404);
  expect(crm.contacts.get('1')?.automations).toEqual(['31']);
});

test('more than 120 requests in any minute are refused with a text that names no time', async () => {
  await crm.close();
  crm = await startKit({ now: clock.now });
  crm.seedContacts(1);
  call = kitClientOf(crm);
  const statuses = async (count: number) => {
    const all = await Promise.all(Array.from({ length: count }, () => call('GET', '/subscribers/1')));
    return Map.groupBy(all, ({ status }) => status);
  };
  expect((await statuses(100)).get(200)).toHaveLength(100);
  clock.advance(30_000);
  const second = await statuses(30);
  expect(second.get(200)).toHaveLength(20);
  const refused = second.get(429)?.[0];
  expect(refused?.body).toBe('Retry later');
  expect(refused?.headers.get('retry-after')).toBeNull();
  clock.advance(30_000);
  expect((await statuses(101)).get(200)).toHaveLength(100);
});

test('a wrong key is a 401, and takes nothing from the limit', async () => {
  expect(await kitClientOf(crm, 'wrong')('GET', '/subscribers/1')).toMatchObject({
    status: 401,
    body: { errors: [expect.any(String)] },
  });
  expect(crm.requests).toMatchObject({ unauthorized: 1, admitted: 0 });
});

test('an account survives a restart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-simulator-'));
  const file = join(folder, 'account.json');
  const first = await startKit({ file });
  first.seedContacts(2);
  await kitClientOf(first)('POST', '/tags/20/subscribers/2', {});
  const before = first.contacts.all();
  await first.close();
  const second = await startKit({ file });
  expect(second.contacts.all()).toEqual(before);
  await second.close();
  await rm(folder, { recursive: true });
});
