import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { LocalCloud } from './cloud.ts';
import { clientOptions } from './endpoints.ts';

/** An item as it lies in the table. */
export type Item = Record<string, unknown> & { pk: string; sk: string };

/** Reads the whole table of a cloud, item by item, up to date: seen by somebody who stands beside the functions. */
export async function* itemsOf({
  endpoints,
  tableName: TableName,
}: Pick<LocalCloud, 'endpoints' | 'tableName'>): AsyncGenerator<Item> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions(endpoints.dynamodb)));
  try {
    for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
      yield* Items as Item[];
  } finally {
    client.destroy();
  }
}

/** All of them at once, of a table that is small. */
export async function allItemsOf(cloud: Parameters<typeof itemsOf>[0]): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of itemsOf(cloud)) items.push(item);
  return items;
}
