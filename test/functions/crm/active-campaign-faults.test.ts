import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import {
  type ActiveCampaignSimulator,
  startActiveCampaign,
} from '../../../local/crm-simulators/active-campaign.ts';
import type { Fault } from '../../../local/crm-simulators/fault-switchboard.ts';
import { eventually } from '../../support/latchkey.ts';
import { startTestTable, type TestTable } from '../../support/table.ts';
import { errorOf, openClient } from './fixtures/client.ts';

let table: TestTable;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  table = await startTestTable();
});
beforeEach(async () => {
  crm = await startActiveCampaign({ requestsPerSecond: 1_000 });
  crm.seedContacts(10);
});
afterEach(() => crm.close());
afterAll(() => table.stop());

/** Asks the account's pace for a turn that may begin now, and sends nothing. */
async function turnWithoutWaiting(): Promise<void> {
  const { Pace } = await import('../../../functions/crm/pace.ts');
  await new Pace(new URL(crm.url).host, 100, { first: 0, later: 0, remainingMs: () => 120_000 }).turn();
}

const tooMany = (headers: Record<string, string>, times = 1): Fault => ({
  does: 'answer',
  status: 429,
  headers,
  times,
});

test('after a 429 nobody sends anything until Retry-After is over, and then the request is repeated', async () => {
  crm.faults.next(tooMany({ 'Retry-After': '1' }));
  const started = performance.now();
  const first = (await openClient(crm)).readContact('1');
  await eventually(async () =>
    expect((await errorOf(turnWithoutWaiting())).retryAfterMs).toBeGreaterThan(500),
  );
  const others = ['2', '3'].map(async (id) => (await openClient(crm)).readContact(id));

  expect(crm.requests.total).toBe(1);
  const contacts = await Promise.all([first, ...others]);
  expect(performance.now() - started).toBeGreaterThanOrEqual(995);
  expect(contacts.map((contact) => contact?.id)).toEqual(['1', '2', '3']);
});

test('Retry-After may be a date', async () => {
  crm.faults.next(tooMany({ 'Retry-After': new Date(Date.now() + 60_000).toUTCString() }));
  const client = await openClient(crm, { patience: { first: 10, later: 5_000 } });
  const { name, retryAfterMs } = await errorOf(client.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(50_000);
  expect(retryAfterMs).toBeLessThan(70_000);
});

test.each([
  ['names no time', {}],
  ['names one that makes no sense', { 'Retry-After': 'soon' }],
])('a 429 that %s holds the account for some seconds', async (_, headers) => {
  crm.faults.next(tooMany(headers as Record<string, string>));
  const client = await openClient(crm, { patience: { first: 10, later: 2_000 } });
  const { name, retryAfterMs } = await errorOf(client.readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(4_000);
  expect(retryAfterMs).toBeLessThan(10_000);
  expect(crm.requests.total).toBe(1);
});

test('an account that refuses again and again is left alone: waiting for others who use it up is not paid for', async () => {
  crm.faults.next(tooMany({ 'Retry-After': '0' }, Number.POSITIVE_INFINITY));
  const { name, retryAfterMs } = await errorOf((await openClient(crm)).readContact('1'));
  expect(name).toBe('Throttled');
  expect(retryAfterMs).toBeGreaterThan(1_000);
  expect(crm.requests.total).toBeLessThan(10);
});

test.each<[string, Fault, RegExp]>([
  ['a 500', { does: 'answer', status: 500 }, /GET \S+\/contacts\/1 answered 500/],
  ['a 503', { does: 'answer', status: 503 }, /answered 503/],
  ['a 408', { does: 'answer', status: 408 }, /answered 408/],
  ['a redirect', { does: 'answer', status: 302, headers: { location: '/elsewhere' } }, /did not answer/],
  ['a connection that breaks', { does: 'reset' }, /GET \S+\/contacts\/1 did not answer/],
  ['an answer that is cut off', { does: 'malformed', when: 'after' }, /with something that is not JSON/],
])('%s is an error to try again after', async (_, fault, message) => {
  crm.faults.next(fault);
  const client = await openClient(crm);
  const error = await errorOf(client.readContact('1'));
  expect(error.message).toMatch(message);
  expect(['Throttled', 'Rejected']).not.toContain(error.name);
  expect(await client.readContact('1')).toMatchObject({ id: '1' });
});

test('an answer that is JSON but not as documented names the place, and none of its values', async () => {
  crm.faults.next({ does: 'answer', status: 200 }); // {"message": …} instead of a contact
  const { message } = await errorOf((await openClient(crm)).readContact('1'));
  expect(message).toMatch(/GET \/contacts\/1 is not as documented, at contact/);
  expect(message).not.toContain('told to answer');
});

test.each([401, 403])('a %i names the credentials, and not the token', async (status) => {
  crm.faults.next({ does: 'answer', status });
  const error = await errorOf((await openClient(crm)).readContact('1'));
  expect(error.message).toMatch(new RegExp(`answered ${status}: check the credentials`));
  expect(['Throttled', 'Rejected']).not.toContain(error.name); // the jobs wait for the right token
  expect(String(error.stack)).not.toContain(crm.token);
});

test('a wrong token is told by the account itself', async () => {
  const token = 'wrong-0123456789abcdef';
  const { message } = await errorOf((await openClient({ url: crm.url, token })).readContact('1'));
  expect(message).toMatch(/check the credentials/);
  expect(message).not.toContain(token);
});

test('a 422 is a rejection: never tried again, with the words of the CRM', async () => {
  const error = await errorOf((await openClient(crm)).writeFields('1', { 99: 'x' }));
  expect(error.name).toBe('Rejected');
  expect(error.message).toMatch(/PUT \S+\/contacts\/1 answered 422: .*No Result found for Field with id 99/);
});

test('writing to a contact that is not there is an error', async () => {
  const client = await openClient(crm);
  await expect(client.writeFields('4711', { 7: 'x' })).rejects.toThrow('PUT /contacts/4711');
  await expect(client.addTags('4711', ['9'])).rejects.toThrow('/contactTags');
});

test('an account that cannot be reached is an error without token or query', async () => {
  const gone = await startActiveCampaign();
  await gone.close();
  const { message } = await errorOf((await openClient(gone)).readContacts(['1', '2']));
  expect(message).toMatch(/GET \S+\/contacts did not answer/);
  expect(message).not.toContain(gone.token);
  expect(message).not.toContain('ids');
});
