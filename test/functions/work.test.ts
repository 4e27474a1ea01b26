import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { SQSBatchResponse } from 'aws-lambda';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { importBundle } from '../support/import-bundle.ts';
import { eventually, startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { sqsEvent, sqsRecord } from '../support/sqs-event.ts';
import { openTable } from '../support/table-access.ts';

let latchkey: TestLatchkey;
let crm: ActiveCampaignSimulator;
beforeAll(async () => {
  latchkey = await startTestLatchkey({ pollers: false });
  crm = latchkey.simulators.get('legacy') as ActiveCampaignSimulator;
});
afterAll(() => latchkey.stop());

const deliver = (event: object) =>
  latchkey.cloud.functions.work?.invoke(event) as Promise<{
    batchItemFailures: { itemIdentifier: string }[];
  }>;

/** Sends a pull of a contact and gives its record; nothing works on it until the test delivers it. */
async function pull(contact: string) {
  const id = await latchkey.send('legacy', 'aal_updateuser', { 'contact[id]': contact });
  const record = await latchkey.record('legacy', contact, id);
  if (!record) throw new Error('not recorded');
  return record;
}

const stateOf = async ({ contactId, id }: { contactId: string; id: string }) =>
  (await latchkey.record('legacy', contactId, id))?.state;

test('one bad message among ten fails alone', async () => {
  const records = await Promise.all(Array.from({ length: 9 }, (_, index) => pull(String(index + 1))));
  const event = sqsEvent(records);
  event.Records.splice(4, 0, sqsRecord('bad', '{"not":"a job"}'));
  expect((await deliver(event)).batchItemFailures).toEqual([{ itemIdentifier: 'bad' }]);
  expect(await Promise.all(records.map(stateOf))).toEqual(Array(9).fill('applied'));
});

test('an error that nobody foresaw hands back its message and those behind it in the group, not the others', async () => {
  const [first, behind] = [await pull('11'), await pull('11')];
  const other = await pull('12');
  crm.faults.next({ does: 'answer', status: 500, route: 'GET /contacts/{id}', times: 1 });
  const { batchItemFailures } = await deliver(sqsEvent([first, behind, other]));
  expect(batchItemFailures).toEqual([{ itemIdentifier: '0' }, { itemIdentifier: '1' }]);
  expect(await stateOf(other)).toBe('applied');
  expect(await latchkey.record('legacy', '11', first.id)).toMatchObject({ state: 'queued', attempts: 1 });
  expect((await latchkey.record('legacy', '11', behind.id))?.attempts).toBeUndefined();
});

test('a job that is final is left alone when its message comes again', async () => {
  const record = await pull('13');
  await deliver(sqsEvent([record]));
  const requests = crm.requests.total;
  const flag = await latchkey.flag('legacy', '13');
  expect((await deliver(sqsEvent([record], 2))).batchItemFailures).toEqual([]);
  expect(crm.requests.total).toBe(requests);
  expect(await latchkey.flag('legacy', '13')).toEqual(flag);
});

test('a job whose message was lost runs before a later job of the same contact', async () => {
  const lost = await pull('14');
  const later = await pull('14');
  await deliver(sqsEvent([later]));
  const ended = await Promise.all([lost, later].map(({ id }) => latchkey.record('legacy', '14', id)));
  expect(ended.map((record) => record?.state)).toEqual(['applied', 'applied']);
  expect(Date.parse(ended[0]?.settledAt ?? '')).toBeLessThanOrEqual(Date.parse(ended[1]?.settledAt ?? ''));
});

test('a job whose record was never written is recorded, flagged and applied from its message', async () => {
  const webhook = {
    id: '01M80Q5VNPC502QPZSN7XX00AX',
    site: 'legacy',
    command: 'aal_updateuser',
    contactId: '15',
    parameters: {},
    receivedAt: new Date().toISOString(),
  };
  expect((await deliver(sqsEvent([webhook]))).batchItemFailures).toEqual([]);
  expect(await stateOf(webhook)).toBe('applied');
  expect(await latchkey.flag('legacy', '15')).toMatchObject({ requestedVersion: 1, syncedVersion: 1 });
});

test('a command that only a newer release knows is tried again, and never acknowledged as done', async () => {
  const unheard = { ...(await pull('16')), command: 'aal_unheard' };
  const table = openTable(latchkey);
  await table.change(unheard, { command: unheard.command });
  table.close();
  expect((await deliver(sqsEvent([unheard]))).batchItemFailures).toHaveLength(1);
  const waiting = await latchkey.record('legacy', '16', unheard.id);
  expect(waiting).toMatchObject({
    state: 'queued',
    reason: expect.stringContaining('cannot apply aal_unheard'),
  });
});

test('a site that was taken out of the config leaves its jobs waiting, with the reason', async () => {
  const gone = { ...(await pull('18')), site: 'gone' };
  const { batchItemFailures } = await deliver(sqsEvent([gone]));
  expect(batchItemFailures).toHaveLength(1);
  expect(latchkey.lines.join('\n')).toContain('The site gone is not in the config any more');
});

test('near its deadline the worker begins nothing and hands the rest back', async () => {
  const { handler } = await importBundle('work', latchkey.cloud);
  const records = await Promise.all(['21', '22', '23', '24'].map(pull));
  crm.requests.reset();
  const timeForTwo = () => (crm.requests.total < 4 ? 60_000 : 20_000); // a pull takes two requests
  const context = { getRemainingTimeInMillis: timeForTwo };
  const { batchItemFailures } = (await handler(sqsEvent(records), context)) as SQSBatchResponse;
  expect(batchItemFailures).toEqual([{ itemIdentifier: '2' }, { itemIdentifier: '3' }]);
  expect(await Promise.all(records.map(stateOf))).toEqual(['applied', 'applied', 'queued', 'queued']);
  expect((await latchkey.record('legacy', '24', records[3]?.id ?? ''))?.attempts).toBeUndefined();
});

test('nothing that was handed back is lost: delivered again, all of it is applied', async () => {
  await eventually(async () => {
    for (const contact of ['11', '24']) {
      const records = await latchkey.records('legacy', contact);
      await deliver(sqsEvent(records));
      for (const record of records) expect(await stateOf(record)).toBe('applied');
    }
  });
});
