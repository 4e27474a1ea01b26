import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { asSeenIn, comparable } from './contract/compare.ts';
import { openClient } from './fixtures/client.ts';

let table: TestTable;
let crm: ActiveCampaignSimulator;
let client: Crm;
beforeAll(async () => {
  table = await startTestTable();
});
beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1_000 });
  client = await openClient('activecampaign', crm.credentials);
});
afterEach(() => crm.close());
afterAll(() => table.stop());

/** Reads contacts in bulk and compares each with the account. @returns requests by route */
async function expectReadsAll(ids: string[]): Promise<Record<string, number>> {
  crm.requests.reset();
  const contacts = await client.readContacts(ids);
  expect([...contacts.keys()].sort()).toEqual([...ids].sort());
  for (const id of ids) expect(comparable(contacts.get(id))).toEqual(asSeenIn(crm, id));
  return crm.requests.byRoute;
}

const bulk = (count: number) => ({ 'GET /contacts': count });
const singly = (count: number) => ({
  'GET /contacts/{id}': count,
  'GET /contacts/{id}/contactTags': count,
});

test('a list that ignores `ids` is not believed: contacts that it does not show are read singly', async () => {
  const ids = crm.seedContacts(150).slice(0, 10); // the newest 100 come, and these are the oldest
  crm.faults.ignoreIds = true;
  expect(await expectReadsAll(ids)).toEqual({ ...bulk(1), ...singly(10) });
});

test('contacts that nobody asked for are not given', async () => {
  crm.seedContacts(10);
  crm.faults.ignoreIds = true;
  expect([...(await client.readContacts(['3'])).keys()]).toEqual(['3']);
});

test('a list that ignores `include` is not taken for "no tags": all contacts are read singly', async () => {
  const ids = crm.seedContacts(8);
  crm.faults.ignoreInclude = true;
  expect(await expectReadsAll(ids)).toEqual({ ...bulk(1), ...singly(8) });
});

test('contacts that a list omits are read singly, and only those', async () => {
  const ids = crm.seedContacts(30);
  crm.faults.omitFromLists = new Set(['4', '20']);
  expect(await expectReadsAll(ids)).toEqual({ ...bulk(1), ...singly(2) });
});

test('contacts that come without what should be side-loaded are read singly, and only those', async () => {
  const ids = crm.seedContacts(30);
  crm.faults.omitSideLoads = new Set(['5', '6', '7']);
  expect(await expectReadsAll(ids)).toEqual({ ...bulk(1), ...singly(3) });
});

test('where the limit leaves no room for a single read, that contact alone waits', async () => {
  const ids = crm.seedContacts(10);
  crm.faults.omitFromLists = new Set(['3']);
  const headers = { 'Retry-After': '120' };
  crm.faults.next({ does: 'answer', status: 429, headers, route: 'GET /contacts/{id}' });
  const contacts = await client.readContacts(ids);
  expect(contacts.get('3')).toMatchObject({ name: 'Throttled' });
  expect([...contacts.values()].filter((contact) => contact instanceof Error)).toHaveLength(1);
});

test('what is broken within a list concerns its contact alone', async () => {
  const ids = crm.seedContacts(4);
  const list = await fetch(`${crm.url}/api/3/contacts?include=fieldValues,contactTags.tag`, {
    headers: { 'api-token': crm.credentials.token },
  });
  const answer = (await list.json()) as {
    contacts: { id: string; email: unknown }[];
    contactTags: unknown[];
  };
  for (const contact of answer.contacts) if (contact.id === '2') contact.email = { not: 'text' };
  answer.contactTags[0] = 'not a relation';
  await expectReadsAllThrough(JSON.stringify(answer), ids);
});

/** Reads in bulk from an account whose lists answer with this body, and whose other answers are the simulator's. */
async function expectReadsAllThrough(body: string, ids: string[]): Promise<void> {
  const server = createServer(async ({ url = '' }, response) => {
    if (url.startsWith('/api/3/contacts?')) return void response.end(body);
    const answer = await fetch(crm.url + url, { headers: { 'api-token': crm.credentials.token } });
    response.writeHead(answer.status).end(await answer.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = await openClient('activecampaign', { ...crm.credentials, url });
    expect(await expectReadsAll(ids)).toEqual(singly(2));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
