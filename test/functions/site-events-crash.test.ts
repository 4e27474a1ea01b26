import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { clientOptions } from '../../local/endpoints.ts';
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

test('an event that was given up is not begun anew by what the sweep had sent besides, only by its dead letter', async () => {
  latchkey.proxies.dynamodb.decide(() => 'pass');
  const crm = latchkey.simulators.get('told') as CrmSimulator;
  const { id } = crm.contacts.create({ email: 'given-up@example.com' });
  site.answerWith(() => ({ status: 500 }));
  await api.visit(id);
  const findEvent = async () =>
    (await table.items()).find(({ pk, sk }) => pk === `told#${id}` && sk.startsWith('event#'));
  const event = await findEvent();
  await table.changeItem(`told#${id}`, String(event?.sk), { attempts: 19 });
  const body = JSON.stringify({ event: { site: 'told', contactId: id, id: event?.id } });
  const group = `told/${id}`;
  // The message and its repeat become visible at the same moment: SQS hands out both in one batch.
  await latchkey.cloud
    .lambda('notify')
    .invoke({ Records: [sqsRecord('1', body, { group }), sqsRecord('2', body, { group })] });
  expect(await findEvent()).toMatchObject({ state: 'failed', attempts: 20 });
  expect(await latchkey.messagesIn('site-events/dead-letters')).toBe(1);

  site.answerWith(() => ({ status: 200 }));
  const sqs = new SQSClient(clientOptions(latchkey.cloud.endpoints.sqs));
  const { Messages: [dead] = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: latchkey.cloud.queues['site-events/dead-letters'] }),
  );
  sqs.destroy();
  await latchkey.cloud.lambda('notify').invoke({ Records: [sqsRecord('3', dead?.Body ?? '', { group })] });
  expect(await findEvent()).toMatchObject({ state: 'delivered', attempts: 1 });
});
