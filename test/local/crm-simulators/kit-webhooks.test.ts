import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../../local/crm-simulators/crm-simulator.ts';
import { startKit } from '../../../local/crm-simulators/kit.ts';
import { kitClientOf, receiver } from './support.ts';

let crm: CrmSimulator;
let call: ReturnType<typeof kitClientOf>;
let site: Awaited<ReturnType<typeof receiver>>;
let paths: (string | undefined)[];

beforeEach(async () => {
  crm = await startKit({ requestsPerSecond: 1_000 });
  call = kitClientOf(crm);
  crm.seedContacts(3);
  paths = [];
  site = await receiver((response) => {
    paths.push(response.req.url);
    response.end();
  });
});
afterEach(async () => {
  await crm.close();
  await site.close();
});

const make = (name: string, parameters: object = {}, query = '') =>
  call('POST', '/webhooks', { target_url: site.url + query, event: { name, ...parameters } });
const bodies = async () => {
  await crm.automation.idle();
  return site.bodies.map((body) => JSON.parse(body));
};

test('a body has the members of the captured one: the subscriber, and neither event nor tag', async () => {
  await make('subscriber.tag_add', { tag_id: 20 });
  crm.contacts.addTag('2', 'Cohort 2026');
  const captured = JSON.parse(
    readFileSync(new URL('../../payloads/kit-subscriber.json', import.meta.url), 'utf8'),
  );
  const [body] = await bodies();
  expect(Object.keys(body)).toEqual(Object.keys(captured));
  expect(Object.keys(body.subscriber)).toEqual(Object.keys(captured.subscriber));
  expect(body.subscriber).toMatchObject({
    ...{ id: 2, first_name: 'Ben', email_address: 'ben.brandt.2@example.com', state: 'active' },
    fields: { Points: '37', Plan: 'basic', Password: null },
  });
  expect(site.contentTypes).toEqual(['application/json']);
});

test('a webhook tells of its event and of its tag alone', async () => {
  await make('subscriber.tag_add', { tag_id: 20 }, '&tag=20');
  await make('subscriber.tag_remove', { tag_id: 1 });
  await make('subscriber.subscriber_activate');
  crm.contacts.addTag('1', '9');
  crm.contacts.addTag('1', '20');
  crm.contacts.removeTag('2', 'Customer');
  crm.contacts.edit('2', { firstName: 'Other' });
  const { id } = crm.contacts.create({ email: 'new@example.com' });
  const told = (await bodies()).map(({ subscriber }) => subscriber.id);
  expect(told.sort()).toEqual([1, 2, Number(id)]);
  expect(paths.filter((path) => path?.endsWith('&tag=20'))).toHaveLength(1);
});

test('webhooks are listed without `subscriber.` before the event, and deleted', async () => {
  const made = await make('subscriber.tag_add', { tag_id: 20 });
  expect(made).toMatchObject({
    status: 201,
    body: { webhook: { id: 1, event: { name: 'tag_add', tag_id: 20 }, target_url: site.url } },
  });
  await make('custom_field.field_value_updated', { custom_field_id: 7 });
  expect((await call('GET', '/webhooks')).body).toMatchObject({
    webhooks: [
      { id: 2, event: { name: 'field_value_updated', custom_field_id: 7 } },
      { id: 1, event: { name: 'tag_add', tag_id: 20 } },
    ],
    pagination: { has_next_page: false },
  });
  expect((await call('DELETE', '/webhooks/1')).status).toBe(204);
  expect((await call('DELETE', '/webhooks/1')).status).toBe(404);
  crm.contacts.addTag('1', '20');
  expect(await bodies()).toEqual([]);
});

test('what is incomplete or unknown is refused', async () => {
  expect((await call('POST', '/webhooks', { target_url: site.url })).status).toBe(422);
  expect((await make('subscriber.tag_add')).status).toBe(422);
  expect((await make('subscriber.tag_add', { tag_id: 999 })).status).toBe(404);
  expect((await make('subscriber.born')).status).toBe(422);
});

test('an automation tags and posts for each contact', async () => {
  const result = await crm.automation.tagAndPost({ count: 3, tag: 'Module 1 released', url: site.url });
  expect(result).toMatchObject({ posted: 3, answered: 3, failed: 0 });
  expect((await bodies()).map(({ subscriber }) => subscriber.id).sort()).toEqual([1, 2, 3]);
  expect(crm.contacts.all().every(({ tags }) => tags.includes('Module 1 released'))).toBe(true);
});
