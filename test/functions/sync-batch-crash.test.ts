import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { deliver, sendBatchSyncs } from '../support/batch-sync.ts';
import { type FaultyLatchkey, startFaultyLatchkey } from '../support/faulty-latchkey.ts';
import { eventually } from '../support/latchkey.ts';
import { sqsEvent } from '../support/sqs-event.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';

let latchkey: FaultyLatchkey;
let table: TableAccess;
beforeAll(async () => {
  // What was handed out and not finished comes back after a second, instead of 12 minutes.
  const queueAttributes = { 'batch-sync': { VisibilityTimeout: '1' } };
  latchkey = await startFaultyLatchkey('sync-batch', 'academy', { pollers: false, queueAttributes });
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

const REQUESTS = 12;
const moments = ['before', 'after'] as const;

/** Three contacts; of the first, two webhooks wait for one sync. */
async function sendWebhooks(contactIds: string[]): Promise<WebhookRecord[]> {
  const first = await sendBatchSyncs(latchkey, 'academy', contactIds);
  return [...first, ...(await sendBatchSyncs(latchkey, 'academy', contactIds.slice(0, 1)))];
}

test('killed at any request to DynamoDB: once messages come back and the sweep ran, all is applied', async () => {
  const crm = latchkey.simulators.get('academy');
  const syncBatch = latchkey.cloud.functions['sync-batch'];
  const sent: WebhookRecord[] = [];
  for (const moment of moments) {
    for (let request = 1; request <= REQUESTS; request++) {
      const webhooks = await sendWebhooks(crm?.seedContacts(3) ?? []);
      sent.push(...webhooks);
      const before = latchkey.proxies.dynamodb.passed.length;
      const kill = { [moment]: () => void syncBatch?.kill() } as { before: () => void };
      latchkey.proxies.dynamodb.decide(({ number }) => (number === before + request ? kill : 'pass'));
      // The second webhook of the first contact joined the one that waited, so it has no message.
      await expect(deliver(latchkey, sqsEvent(webhooks.slice(0, 3)))).rejects.toThrow('signal SIGKILL');
    }
  }
  latchkey.proxies.dynamodb.decide(() => 'pass');

  latchkey.cloud.startPollers();
  const unfinished = async (): Promise<WebhookRecord[]> => {
    const records = await Promise.all(
      sent.map(({ contactId, id }) => latchkey.record('academy', contactId, id)),
    );
    return records.filter((record) => record !== undefined).filter(({ state }) => state !== 'applied');
  };
  await eventually(async () => {
    expect(await latchkey.messagesIn('batch-sync')).toBe(0);
  });
  // Those that joined a sync which was killed have no message of their own; time passes until the sweep sees it.
  for (const record of await unfinished()) await table.makeOverdue(record);
  await latchkey.cloud.functions.sweep?.invoke({});
  await eventually(async () => expect(await unfinished()).toEqual([]), 30_000);

  for (const { contactId } of sent) {
    expect(await latchkey.member('academy', contactId)).toMatchObject({
      tags: crm?.contacts.get(contactId)?.tagIds,
    });
    const flag = await latchkey.flag('academy', contactId);
    expect(flag?.syncedVersion).toBe(flag?.requestedVersion);
    expect(flag).not.toHaveProperty('pendingKey');
  }
}, 90_000);
