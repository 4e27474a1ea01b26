import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pMap from 'p-map';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

const WEBHOOKS = 15;

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('receive', 'academy');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('webhooks that came while SQS was down are all found by the sweep, and each is applied once', async () => {
  const crm = latchkey.simulators.get('academy') as CrmSimulator;
  const ids = Array.from(
    { length: WEBHOOKS },
    (_, n) => crm.contacts.create({ email: `down.${n}@example.com` }).id,
  );
  latchkey.proxies.sqs.decide(() => 'refuse');
  const webhooks = await pMap(
    ids,
    async (contactId) => ({
      ...({ site: 'academy', contactId } as const),
      id: await latchkey.send('academy', 'aal_genpass', { 'contact[id]': contactId }),
    }),
    { concurrency: 4 },
  );
  expect(await latchkey.messagesIn('operations')).toBe(0);
  latchkey.proxies.sqs.decide(() => 'pass');
  await pMap(webhooks, (webhook) => table.makeOverdue(webhook), { concurrency: 10 }); // the minutes pass
  await Promise.all([latchkey.cloud.lambda('sweep').invoke({}), latchkey.cloud.lambda('sweep').invoke({})]);
  for (const { contactId, id } of webhooks) {
    const record = await latchkey.until('academy', contactId, id, 'applied');
    expect(record.sweeps).toBe(1);
    expect((await latchkey.member('academy', contactId))?.account?.createdBy).toBe(id);
  }
  await eventually(async () => expect(await latchkey.messagesIn('operations')).toBe(0));
  // One password was written for each: nothing was applied twice.
  expect(crm.requests.byRoute['PUT /contacts/{id}']).toBe(WEBHOOKS);
}, 90_000);
