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
  tagsOfMany: { requests: { first: 3 + 500, repeated: 3 }, tellsMissing: true },
  routes: {
    readContact: 'GET /contacts/{id}',
    writeFields: 'PUT /contacts/{id}',
    addTags: 'POST /contactTags',
    removeTags: 'DELETE /contactTags/{id}',
    addTagsToMany: 'POST /contactTags',
    removeTagsFromMany: 'DELETE /contactTags/{id}',
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

test('an automation that is started without `since` costs one request: nothing is looked at before', async () => {
  await client.startAutomation('1', '31');
  expect(crm.requests.byRoute).toEqual({ 'POST /contactAutomations': 1 });
});

const CHANGE = { add: ['9', '20'], remove: ['1'] };

test('of many contacts, only tags that are not as they should be are written, by what one read brings', async () => {
  crm.contacts.addTag('1', '9');
  crm.contacts.addTag('2', '20');
  crm.contacts.removeTag('2', '1');
  expect(await client.changeTagsOfMany(['1', '2', '3'], CHANGE)).toEqual(new Map());
  expect(crm.requests.byRoute).toEqual({
    'GET /contacts': 1,
    'POST /contactTags': 4,
    'DELETE /contactTags/{id}': 2,
  });
});

test('of many contacts, those whose tags the list does not prove are read singly, and all are changed', async () => {
  crm.faults.omitSideLoads = new Set(['2']);
  crm.faults.omitFromLists = new Set(['3']);
  expect(await client.changeTagsOfMany(['1', '2', '3'], CHANGE)).toEqual(new Map());
  expect(crm.requests.byRoute).toMatchObject({
    ...{ 'GET /contacts': 1, 'GET /contacts/{id}': 2, 'GET /contacts/{id}/contactTags': 2 },
  });
  for (const id of ['1', '2', '3']) {
    expect(crm.contacts.get(id)?.tagIds).toEqual(expect.arrayContaining(CHANGE.add));
    expect(crm.contacts.get(id)?.tagIds).not.toContain('1');
  }
});

test('a contact whose single read fails is no refusal: the change is to be tried again', async () => {
  crm.faults.omitFromLists = new Set(['3']);
  crm.faults.next({ does: 'answer', status: 500, route: 'GET /contacts/{id}' });
  const { name, message } = await errorOf(client.changeTagsOfMany(['1', '2', '3'], CHANGE));
  expect([name, message]).toEqual(['Unavailable', expect.stringContaining('answered 500')]);
});

test('a tag that does not exist is refused for each of many contacts', async () => {
  const refused = await client.changeTagsOfMany(['1', '2', '3'], { add: ['1', '999'], remove: [] });
  expect([...refused.keys()].sort()).toEqual(['1', '2', '3']);
  expect(refused.get('1')).toMatchObject({ name: 'Rejected', message: expect.stringMatching(/contactTags/) });
});
