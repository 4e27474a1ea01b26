import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, DynamoDBDocumentClient, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { webhookKey } from '../../functions/store/keys.ts';
import type { WebhookId } from '../../functions/store/webhooks.ts';
import { clientOptions } from '../../local/endpoints.ts';
import type { TestLatchkey } from './latchkey.ts';

/** An item as it lies in the table. */
export type Item = Record<string, unknown> & { pk: string; sk: string };

/** The table seen by somebody who stands beside the functions. */
export type TableAccess = {
  /** Every item. */
  items(): Promise<Item[]>;
  /** Sets attributes of a webhook's record, where waiting for them would take minutes. */
  change(webhook: WebhookId, attributes: Record<string, unknown>): Promise<void>;
  /** Lets the time pass in which a job's message should have been picked up: a sweep takes it now. */
  makeOverdue(webhook: WebhookId): Promise<void>;
  /** Removes an item, such as a CRM account's pace: as if nobody had used the account yet. */
  remove(key: { pk: string; sk: string }): Promise<void>;
  close(): void;
};

/** Opens the table of a running Latchkey. */
export function openTable({ cloud }: Pick<TestLatchkey, 'cloud'>): TableAccess {
  const TableName = cloud.tableName;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb)));
  const change: TableAccess['change'] = async (webhook, attributes) => {
    const names = Object.keys(attributes);
    await client.send(
      new UpdateCommand({
        TableName,
        Key: webhookKey(webhook),
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ConditionExpression: 'attribute_exists(pk)',
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, attributes[name]])),
      }),
    );
  };
  return {
    items: async () => {
      const items: Item[] = [];
      for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
        items.push(...((page.Items ?? []) as Item[]));
      return items;
    },
    change,
    makeOverdue: (webhook) => change(webhook, { pendingAt: new Date(Date.now() - 1000).toISOString() }),
    remove: async (Key) => {
      await client.send(new DeleteCommand({ TableName, Key }));
    },
    close: () => client.destroy(),
  };
}
