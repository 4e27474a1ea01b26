import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Crm } from '../../../functions/crm/crm.ts';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import { describeContract } from './contract.ts';
import { errorOf, openClient } from './fixtures/client.ts';

describeContract('activecampaign', {
  start: startActiveCampaign,
  fields: { points: '3', plan: '5', password: '7', unknown: '99' },
  lacks: [],
  bulkSize: 100,
  requests: {
    readContact: 2,
    readContacts: (count) => Math.ceil(count / 100),
    writeFields: 1,
  },
  hideFromLists: (crm, ids) => {
    crm.faults.omitFromLists = new Set(ids);
  },
  listFaults: {
    'ignores `ids`': ({ faults }) => {
      faults.ignoreIds = true;
    },
    'ignores `include`': ({ faults }) => {
      faults.ignoreInclude = true;
    },
  },
  changes: { pageSize: 100, lagMs: 0, includeTags: true },
  routes: {
    readContact: 'GET /contacts/{id}',
    writeFields: 'PUT /contacts/{id}',
    addTags: 'POST /contactTags',
    removeTags: 'DELETE /contactTags/{id}',
    upsertContact: 'POST /contact/sync',
    startAutomation: 'POST /contactAutomations',
  },
  automations: { ids: ['31', '32'], runsOfRepeat: 1, runsOfLater: 2 },
  waitHeaders: (seconds) => ({ 'Retry-After': String(seconds) }),
});

let crm: ActiveCampaignSimulator;
let client: Crm;
beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1_000 });
  client = await openClient('activecampaign', crm.credentials);
  crm.seedContacts(3);
});
afterEach(() => crm.close());

test('one contact is read in two requests: its tags are not side-loaded', async () => {
  await client.readContact('2');
  expect(crm.requests.byRoute).toEqual({ 'GET /contacts/{id}': 1, 'GET /contacts/{id}/contactTags': 1 });
});

test('a 422 is rejected with the words of the CRM', async () => {
  const error = await errorOf(client.writeFields('1', { 99: 'x' }));
  expect(error.name).toBe('Rejected');
  expect(error.message).toMatch(/PUT \S+\/contacts\/1 answered 422: .*No Result found for Field with id 99/);
});

test('a tag for a contact that is not there is rejected', async () => {
  await expect(client.addTags('4711', ['9'])).rejects.toMatchObject({
    name: 'Rejected',
    message: expect.stringContaining('/contactTags'),
  });
});

test('a tag is taken away by its relation, which is read first; where there is none, nothing is sent', async () => {
  crm.contacts.addTag('1', '20');
  await client.removeTags('1', ['20', '9']);
  expect(crm.requests.byRoute).toEqual({
    'GET /contacts/{id}/contactTags': 1,
    'DELETE /contactTags/{id}': 1,
  });
});
