import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type KeapSimulator, startKeap } from '../../../local/crm-simulators/keap.ts';
import { keapClientOf, receiver } from './support.ts';

const AT_ONCE = [0, 0, 0, 0];

let crm: KeapSimulator;
let call: ReturnType<typeof keapClientOf>;
let site: Awaited<ReturnType<typeof receiver>>;
let echoes: boolean;
let secret: string | undefined;
let answer: number;

beforeEach(async () => {
  crm = await startKeap({ requestsPerSecond: 1000, hookDelaysMs: AT_ONCE });
  call = keapClientOf(crm);
  [echoes, answer, secret] = [true, 200, undefined];
  site = await receiver((response, _, headers) => {
    const given = headers['x-hook-secret'];
    if (typeof given === 'string') secret = given;
    if (given && echoes) response.setHeader('X-Hook-Secret', given);
    response.writeHead(given ? 200 : answer).end();
  });
  crm.seedContacts(3);
});
afterEach(async () => {
  await crm.close();
  await site.close();
});

const subscribe = (eventKey: string) => call('POST', '/v1/hooks', { eventKey, hookUrl: site.url });
const statusOf = async (key: string): Promise<string> => (await call('GET', `/v1/hooks/${key}`)).body.status;
/** The bodies of the hooks that were posted, verifications left out. */
const posted = async () => {
  await crm.automation.idle();
  return site.bodies.filter(Boolean).map((body) => JSON.parse(body));
};

test('a campaign’s HTTP POST is a form with the contact’s id, as the captured one', async () => {
  await crm.automation.tagAndPost({ contactIds: ['2'], tag: 'Cohort 2026', url: site.url });
  const captured = readFileSync(new URL('../../payloads/keap-http-post.form', import.meta.url), 'utf8');
  expect(site.bodies).toEqual([captured.replace('4711', '2')]);
  expect(site.contentTypes).toEqual(['application/x-www-form-urlencoded']);
  expect(crm.contacts.get('2')?.tags).toContain('Cohort 2026');
});

test('a hook is verified by the secret that comes back, before anything else is sent', async () => {
  expect((await call('GET', '/v1/hooks/event_keys')).body).toContain('contact.edit');
  expect(await subscribe('contact.edit')).toMatchObject({
    status: 200,
    body: { key: '1', eventKey: 'contact.edit', hookUrl: site.url, status: 'Verified' },
  });
  expect(site.bodies).toEqual(['']);
  expect(secret).toBeTruthy();
});

test('a hook whose address does not answer with the secret is unverified and sends nothing, until it does', async () => {
  echoes = false;
  expect((await subscribe('contact.edit')).body.status).toBe('Unverified');
  crm.contacts.edit('1', { firstName: 'New' });
  expect(await posted()).toEqual([]);
  expect(crm.automation.counts).toMatchObject({ posted: 0, skipped: 0 });
  expect((await call('POST', '/v1/hooks/1/verify')).body.status).toBe('Unverified');
  echoes = true;
  expect((await call('POST', '/v1/hooks/1/verify')).body.status).toBe('Verified');
  crm.contacts.edit('1', { firstName: 'Newer' });
  expect(await posted()).toHaveLength(1);
});

test('an owner can hand in the secret later', async () => {
  echoes = false;
  await subscribe('contact.edit');
  const confirm = (given: string) =>
    keapClientOf(crm, { 'X-Keap-API-Key': crm.token, 'X-Hook-Secret': given })(
      'POST',
      '/v1/hooks/1/delayedVerify',
    );
  expect((await confirm('a guess')).status).toBe(400);
  expect(await statusOf('1')).toBe('Unverified');
  expect((await confirm(secret ?? '')).body.status).toBe('Verified');
});

test('what happens together is told together, in the shape of the captured body', async () => {
  await subscribe('contactGroup.applied');
  for (const id of ['1', '2', '3']) crm.contacts.addTag(id, 'Cohort 2026');
  const [body, ...others] = await posted();
  expect(others).toEqual([]);
  const captured = JSON.parse(
    readFileSync(new URL('../../payloads/keap-rest-hook.json', import.meta.url), 'utf8'),
  );
  expect(Object.keys(body)).toEqual(Object.keys(captured));
  expect(Object.keys(body.object_keys[0])).toEqual(Object.keys(captured.object_keys[0]));
  expect(body).toMatchObject({ event_key: 'contactGroup.applied', object_type: 'contactGroup' });
  expect(body.object_keys.map(({ id }: { id: number }) => id)).toEqual([1, 2, 3]);
  expect(body.object_keys[0].timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  expect(site.contentTypes.at(-1)).toBe('application/json');
});

test('a hook tells of a thousand objects at most', async () => {
  crm.seedContacts(1_100);
  await subscribe('contact.edit');
  for (const { id } of crm.contacts.all()) crm.contacts.edit(id, { phone: '1' });
  const sizes = (await posted()).map(({ object_keys }) => object_keys.length);
  expect(sizes).toEqual([1_000, 103]);
});

test('each hook is for one event: contacts that come, change and go', async () => {
  for (const key of ['contact.add', 'contact.edit', 'contact.delete', 'contactGroup.removed'])
    await subscribe(key);
  const { id } = crm.contacts.create({ email: 'new@example.com' });
  crm.contacts.edit(id, { firstName: 'New' });
  crm.contacts.addTag(id, '20');
  crm.contacts.removeTag(id, '20');
  crm.contacts.remove(id);
  crm.contacts.merge('2', '1');
  const told = (await posted()).map(({ event_key, object_keys }) => [
    event_key,
    object_keys.map((object: { id: number }) => object.id),
  ]);
  expect(Object.fromEntries(told)).toEqual({
    'contact.add': [4],
    'contact.edit': [4, 1],
    'contact.delete': [4, 2],
    'contactGroup.removed': [4],
  });
});

test('hooks of tags can name the tag instead of the contact', async () => {
  crm.faults.tagHooksNameTags = true;
  await subscribe('contactGroup.applied');
  crm.contacts.addTag('1', '20');
  expect((await posted())[0].object_keys).toMatchObject([{ id: 20 }]);
});

test('a hook that is not accepted is tried four times with the same body, then it is inactive', async () => {
  await subscribe('contact.edit');
  answer = 500;
  crm.contacts.edit('1', { firstName: 'New' });
  const bodies = await posted();
  expect(bodies).toHaveLength(4);
  expect(new Set(bodies.map((body) => JSON.stringify(body))).size).toBe(1);
  expect(await statusOf('1')).toBe('Inactive');
  crm.contacts.edit('1', { firstName: 'Newer' });
  expect(await posted()).toHaveLength(4);
  expect(crm.automation.counts).toMatchObject({ posted: 4, failed: 4, skipped: 1 });

  answer = 200;
  expect((await call('POST', '/v1/hooks/1/verify')).body.status).toBe('Verified');
  crm.contacts.edit('1', { firstName: 'Newest' });
  expect(await posted()).toHaveLength(5);
});

test('an attempt that is accepted is the last one', async () => {
  await subscribe('contact.edit');
  answer = 302; // a status below 400 is accepted
  crm.contacts.edit('1', { firstName: 'New' });
  expect(await posted()).toHaveLength(1);
  expect(await statusOf('1')).toBe('Verified');
});

test('a 410 ends it at once', async () => {
  await subscribe('contact.edit');
  answer = 410;
  crm.contacts.edit('1', { firstName: 'New' });
  expect(await posted()).toHaveLength(1);
  expect(await statusOf('1')).toBe('Inactive');
});

test('hooks are listed, changed and deleted; a changed one is verified anew', async () => {
  await subscribe('contact.edit');
  await subscribe('contact.add');
  expect((await call('GET', '/v1/hooks')).body).toMatchObject([{ key: '1' }, { key: '2' }]);
  echoes = false;
  const changes = { eventKey: 'contact.delete', hookUrl: site.url };
  expect(await call('PUT', '/v1/hooks/1', changes)).toMatchObject({
    status: 200,
    body: { eventKey: 'contact.delete', status: 'Unverified' },
  });
  expect((await call('DELETE', '/v1/hooks/1')).status).toBe(204);
  expect((await call('GET', '/v1/hooks/1')).status).toBe(404);
  for (const path of ['/1/verify', '/1/delayedVerify'])
    expect((await call('POST', `/v1/hooks${path}`)).status).toBe(404);
});

test('an unknown event or address is refused', async () => {
  expect((await subscribe('contact.sneezed')).status).toBe(400);
  expect((await call('POST', '/v1/hooks', { eventKey: 'contact.add', hookUrl: 'nonsense' })).status).toBe(
    400,
  );
  expect((await call('GET', '/v1/hooks')).body).toEqual([]);
});

test('a hook that waits for its next attempt does not keep the simulator from ending', async () => {
  await crm.close();
  crm = await startKeap({ hookDelaysMs: [0, 600_000] });
  call = keapClientOf(crm);
  await subscribe('contact.add');
  answer = 500;
  crm.contacts.create({ email: 'a@example.com' });
  while (crm.automation.counts.failed === 0) await new Promise(setImmediate);
  await crm.close();
  await crm.automation.idle();
  expect(crm.automation.subscriptions).toMatchObject([{ status: 'active' }]);
  crm = await startKeap();
});

test('contacts and hooks survive a restart, and what was deleted stays so', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crm-simulator-'));
  const file = join(folder, 'account.json');
  const first = await startKeap({ file });
  first.seedContacts(2);
  first.contacts.remove('2');
  await keapClientOf(first)('POST', '/v1/hooks', { eventKey: 'contact.add', hookUrl: site.url });
  const before = first.contacts.all();
  await first.close();
  const second = await startKeap({ file });
  expect(second.contacts.all()).toEqual(before);
  expect(second.contacts.create({ email: 'next@example.com' }).id).toBe('3');
  expect((await keapClientOf(second)('GET', '/v1/hooks')).body).toMatchObject([{ status: 'Verified' }]);
  await second.close();
  await rm(folder, { recursive: true });
});
