import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { memberKey } from '../../functions/store/keys.ts';
import type { ActiveCampaignSimulator } from '../../local/crm-simulators/active-campaign.ts';
import { deliver, sendBatchSyncs } from '../support/batch-sync.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';

let latchkey: FaultyLatchkey;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('sync-batch', 'academy', { pollers: false });
});
afterAll(() => latchkey.stop());

const { sk: MEMBER } = memberKey('', '');
const IN_A_REQUEST = 100;

test('while one piece is stored the CRM is asked for the next, so that its limit is not left idle', async () => {
  const { proxies, simulators } = latchkey;
  const crm = simulators.get('academy') as ActiveCampaignSimulator;
  const records = await sendBatchSyncs(latchkey, 'academy', crm.seedContacts(2 * IN_A_REQUEST));
  let stored = 0;
  const storedBefore: number[] = []; // each request for contacts
  proxies.crm.decide(({ path }) => {
    if (path.startsWith('/api/3/contacts?')) storedBefore.push(stored);
    return 'pass';
  });
  proxies.dynamodb.decide(({ operation, body }) => {
    if (operation.endsWith('.UpdateItem') && body.includes(`"sk":{"S":"${MEMBER}"}`)) stored++;
    return 'pass';
  });
  expect(await deliver(latchkey, sqsEvent(records))).toEqual([]);
  expect(storedBefore).toEqual([0, expect.any(Number)]);
  expect(storedBefore[1]).toBeLessThan(IN_A_REQUEST);
  const members = await Promise.all(records.map(({ contactId }) => latchkey.member('academy', contactId)));
  expect(members.filter((member) => member?.syncedAt)).toHaveLength(2 * IN_A_REQUEST);
});
