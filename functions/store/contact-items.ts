import { setTimeout as wait } from 'node:timers/promises';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { contactPk } from './keys.ts';
import { inTable, queryAll } from './table.ts';

/** An item of a contact's partition, with as much of it as tells what it is. */
export type ContactItem = {
  pk: string;
  sk: string;
  state?: string;
  queue?: string;
  receivedAt?: string;
  heldUntil?: string;
};

/** Everything in a contact's partition, up to date. */
export const itemsOfContact = (site: string, contactId: string): Promise<ContactItem[]> =>
  queryAll<ContactItem>({
    KeyConditionExpression: 'pk = :pk',
    ProjectionExpression: 'pk, sk, #state, queue, receivedAt, heldUntil',
    ExpressionAttributeNames: { '#state': 'state' },
    ExpressionAttributeValues: { ':pk': contactPk(site, contactId) },
  });

const MOST_WRITTEN = 25; // BatchWriteItem takes no more
const PAUSE_MS = 100; // before what DynamoDB had no room for is sent again

/** Deletes items; what is not there any more is no error. */
export async function deleteItems(keys: readonly { pk: string; sk: string }[]): Promise<void> {
  const table = inTable().TableName;
  let wanted = keys.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }));
  while (wanted.length > 0) {
    const sent = wanted.slice(0, MOST_WRITTEN);
    const { UnprocessedItems } = await dynamo.send(
      new BatchWriteCommand({ RequestItems: { [table]: sent } }),
    );
    const left = (UnprocessedItems?.[table] ?? []) as typeof wanted;
    if (left.length > 0) await wait(PAUSE_MS);
    wanted = [...left, ...wanted.slice(MOST_WRITTEN)];
  }
}
