import type { SQSBatchResponse } from 'aws-lambda';
import pMap from 'p-map';
import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import type { TestLatchkey, TestSite } from './latchkey.ts';
import type { sqsEvent } from './sqs-event.ts';

/** Posts aal_batchsync for each contact. @returns the webhooks' records */
export function sendBatchSyncs(
  latchkey: TestLatchkey,
  site: TestSite,
  contactIds: readonly string[],
): Promise<WebhookRecord[]> {
  const send = async (contactId: string): Promise<WebhookRecord> => {
    const id = await latchkey.send(site, 'aal_batchsync', { 'contact[id]': contactId });
    const record = await latchkey.record(site, contactId, id);
    if (!record) throw new Error(`${id} was answered and not recorded`);
    return record;
  };
  return pMap(contactIds, send, { concurrency: 10 });
}

/** Delivers messages to the function that syncs batches. @returns the ids of the messages that come back */
export async function deliver(latchkey: TestLatchkey, event: ReturnType<typeof sqsEvent>): Promise<string[]> {
  const answer = await latchkey.cloud.functions['sync-batch']?.invoke(event);
  return (answer as SQSBatchResponse).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}
