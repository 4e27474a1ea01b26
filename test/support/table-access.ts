import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchWriteCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { webhookKey } from '../../functions/store/keys.ts';
import { updateOf } from '../../functions/store/table.ts';
import type { WebhookId } from '../../functions/store/webhooks.ts';
import { clientOptions } from '../../local/endpoints.ts';
import { allItemsOf, type Item } from '../../local/items-of.ts';
import type { TestLatchkey } from './latchkey.ts';

export type { Item };

/** The table seen by somebody who stands beside the functions. */
export type TableAccess = {
  /** Every item. */
  items(): Promise<Item[]>;
  /** Sets attributes of a webhook's record, where waiting for them would take minutes. */
  change(webhook: WebhookId, attributes: Record<string, unknown>): Promise<void>;
  /** Sets attributes of any item that is there. */
  changeItem(pk: string, sk: string, attributes: Record<string, unknown>): Promise<void>;
  /** Lets the time pass in which a job's message should have been picked up: a sweep takes it now. */
  makeOverdue(webhook: WebhookId): Promise<void>;
  /** Lets the time pass in which the attempt of a dead worker is over for sure. */
  letHoldPass(webhook: WebhookId): Promise<void>;
  /** Writes an item as a whole. */
  putItem(item: Item): Promise<void>;
  /** Writes many items, as they are. */
  putItems(items: readonly Item[]): Promise<void>;
  /** Removes an item, such as a CRM account's pace: as if nobody had used the account yet. */
  remove(key: { pk: string; sk: string }): Promise<void>;
  close(): void;
};

const MOST_PUT = 25; // BatchWriteItem takes no more

/** Opens the table of a running Latchkey. */
export function openTable({ cloud }: Pick<TestLatchkey, 'cloud'>): TableAccess {
  const TableName = cloud.tableName;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb)));
  const changeItem: TableAccess['changeItem'] = async (pk, sk, attributes) => {
    await client.send(
      new UpdateCommand({
        TableName,
        Key: { pk, sk },
        ...updateOf(attributes),
        ConditionExpression: 'attribute_exists(pk)',
      }),
    );
  };
  const change: TableAccess['change'] = (webhook, attributes) => {
    const { pk, sk } = webhookKey(webhook);
    return changeItem(pk, sk, attributes);
  };
  return {
    items: () => allItemsOf(cloud),
    change,
    changeItem,
    makeOverdue: (webhook) => change(webhook, { pendingAt: new Date(Date.now() - 1000).toISOString() }),
    letHoldPass: (webhook) => change(webhook, { heldUntil: new Date(Date.now() - 1000).toISOString() }),
    putItem: async (Item) => {
      await client.send(new PutCommand({ TableName, Item }));
    },
    putItems: async (all) => {
      for (let start = 0; start < all.length; start += MOST_PUT) {
        let wanted = all.slice(start, start + MOST_PUT).map((Item) => ({ PutRequest: { Item } }));
        while (wanted.length > 0) {
          const { UnprocessedItems } = await client.send(
            new BatchWriteCommand({ RequestItems: { [TableName]: wanted } }),
          );
          wanted = (UnprocessedItems?.[TableName] ?? []) as typeof wanted;
        }
      }
    },
    remove: async (Key) => {
      await client.send(new DeleteCommand({ TableName, Key }));
    },
    close: () => client.destroy(),
  };
}
