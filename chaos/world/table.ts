import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { LocalCloud } from '../../local/cloud.ts';
import { clientOptions } from '../../local/endpoints.ts';

/** An item as it lies in the table. */
export type Item = Record<string, unknown> & { pk: string; sk: string };

/** The table, seen by somebody whom no fault strikes. */
export type Table = {
  /** Every item, up to date. */
  items(): Promise<Item[]>;
  close(): void;
};

export function openTable({ endpoints, tableName: TableName }: LocalCloud): Table {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(endpoints.dynamodb)));
  return {
    items: async () => {
      const items: Item[] = [];
      for await (const page of paginateScan({ client }, { TableName, ConsistentRead: true }))
        items.push(...((page.Items ?? []) as Item[]));
      return items;
    },
    close: () => client.destroy(),
  };
}
