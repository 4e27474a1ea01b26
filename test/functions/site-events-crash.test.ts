import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import type { SiteSimulator } from '../../local/site-simulator.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { type SiteApi, siteApi } from '../support/site-api.ts';
import { sqsRecord } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: FaultyLatchkey;
let site: SiteSimulator;
let api: SiteApi;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startFaultyLatchkey('notify', 'told', { pollers: false });
  site = latchkey.sites.get('told') as SiteSimulator;
  api = siteApi(latchkey, 'told');
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

/** Makes one event, and delivers its message while the n-th request to the table kills the function afterwards. */
async function notifyKilledAt(n: number) {
  const crm = latchkey.simulators.get('told') as CrmSimulator;
  const { id } = crm.contacts.create({ email: `notify.${n}@example.com` });
  await api.visit(id);
  const [event] = (await table.items()).filter(
    ({ pk, sk }) => pk === `told#${id}` && sk.startsWith('event#'),
  );
  const body = JSON.stringify({ event: { site: 'told', contactId: id, id: event?.id } });
  const message = { Records: [sqsRecord('1', body, { group: `told/${id}` })] };
  let step = 0;
  let killed = false;
  latchkey.proxies.dynamodb.decide(() => {
    step++;
    if (killed || step !== n) return 'pass';
    killed = true;
    return { after: () => void latchkey.cloud.lambda('notify').kill() };
  });
  const first = await latchkey.cloud
    .lambda('notify')
    .invoke(message)
    .catch(() => 'killed');
  if (first === 'killed') await latchkey.cloud.lambda('notify').invoke(message);
  const [record] = (await table.items()).filter(
    ({ pk, sk }) => pk === `told#${id}` && sk.startsWith('event#'),
  );
  return { killed, record, taken: site.taken.filter(({ data }) => data.contactId === id) };
}

test('killed after any step, an event reaches the site, and a repeat bears the same id', async () => {
  for (let n = 1; ; n++) {
    const { killed, record, taken } = await notifyKilledAt(n);
    expect({ n, state: record?.state }).toEqual({ n, state: 'delivered' });
    expect(taken.length).toBeGreaterThan(0);
    expect(taken.length).toBeLessThanOrEqual(2); // HTTP cannot know whether the first was taken
    expect(new Set(taken.map(({ id }) => id))).toEqual(new Set([record?.id]));
    if (!killed) {
      expect(n).toBeGreaterThan(3);
      return;
    }
  }
}, 60_000);

test('a message that is none of ours is left for the dead-letter queue, and no line quotes it', async () => {
  const before = latchkey.lines.length;
  const answer = await latchkey.cloud
    .lambda('notify')
    .invoke({ Records: [sqsRecord('9', 'canary-foreign-91')] });
  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: '9' }] });
  expect(latchkey.lines.slice(before).join('\n')).not.toContain('canary-foreign');
});
