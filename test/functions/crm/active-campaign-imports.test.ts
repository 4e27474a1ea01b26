import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SteadyPace } from '../../../cli/steady-pace.ts';
import { imports } from '../../../functions/crm/active-campaign/imports.ts';
import type { ContactImport } from '../../../functions/crm/imports.ts';
import { Throttled } from '../../../functions/platform/errors.ts';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';

const FAST = 1_000; // requests a second
const GOLD = '20';

let crm: ActiveCampaignSimulator;
let importer: ContactImport;
beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: FAST, importDelayMs: 1 });
  const { url, token } = crm;
  importer = imports.open({ site: 'a-site', credentials: { url, token }, pace: new SteadyPace(FAST) });
});
afterEach(() => crm.close());

const people = (count: number, more = {}) =>
  Array.from({ length: count }, (_, index) => ({
    ...{ email: `p${index}@import.example`, firstName: `P${index}`, lastName: '', ...more },
  }));
const importRequests = (): number | undefined => crm.requests.byRoute['POST /import/bulk_import'];

test('250 people take one request, and are told by their ids', async () => {
  const { ids, refused } = await importer.importPeople(people(250, { tags: [GOLD] }));
  expect(refused.size).toBe(0);
  expect(importRequests()).toBe(1);
  expect(new Set(ids)).toEqual(new Set(crm.contacts.all().map(({ id }) => id)));
  for (const { tagIds } of crm.contacts.all()) expect(tagIds).toEqual([GOLD]);
});

test('fewer than ten are written one by one, as the reference asks', async () => {
  const { ids } = await importer.importPeople(people(9, { phone: '+15550100', fields: { 5: 'gold' } }));
  expect(ids).toHaveLength(9);
  expect(importRequests()).toBeUndefined();
  expect(crm.contacts.byEmail('p8@import.example')).toMatchObject({
    phone: '+15550100',
    fields: { 5: 'gold' },
  });
});

test('people that are more than the importer takes in bytes are parted', async () => {
  const { ids, refused } = await importer.importPeople(people(60, { fields: { 5: 'x'.repeat(16_000) } }));
  expect({ ids: ids.length, refused: refused.size }).toEqual({ ids: 60, refused: 0 });
  expect(importRequests()).toBe(3);
});

test('one address that the importer does not like costs none of the others their import', async () => {
  const all = people(40);
  all[17] = { email: 'no-address', firstName: 'Nobody', lastName: '' };
  const { ids, refused } = await importer.importPeople(all);
  expect(ids).toHaveLength(39);
  expect([...refused.keys()]).toEqual(['no-address']);
});

test('whom the importer could not import is refused by the address', async () => {
  const all = [
    ...people(12),
    { email: 'Field@import.example', firstName: '', lastName: '', fields: { 4711: 'x' } },
  ];
  const { ids, refused } = await importer.importPeople(all);
  expect(ids).toHaveLength(12);
  expect([...refused.keys()]).toEqual(['field@import.example']);
});

test("the importer's own limit, which is no 429, is waited for", async () => {
  const { email, ...names } = people(1)[0] as ReturnType<typeof people>[number];
  const body = { contacts: [{ email, first_name: names.firstName }] };
  for (let sent = 0; sent < 100; sent++)
    await fetch(`${crm.url}/api/3/import/bulk_import`, {
      method: 'POST',
      headers: { 'api-token': crm.token, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const error = await importer.importPeople(people(10)).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Throttled);
  expect(error).toMatchObject({ retryAfterMs: 60_000 });
});
