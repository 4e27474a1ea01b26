import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { flagKey, memberKey, webhookSk } from '../../functions/store/keys.ts';
import { clientOptions } from '../../local/endpoints.ts';
import type { Product } from '../../local/product.ts';
import type { Item } from './sqlite-table.ts';

/** Items that the product itself has stored for one contact, to make others of. */
export type Sample = { member: Item; flag: Item; record: Item };

/**
 * Reads what is stored of a contact that was pulled and had a light webhook.
 * @throws where the product has not stored all of it
 */
export async function readSample(
  { cloud }: Pick<Product, 'cloud'>,
  site: string,
  contactId: string,
): Promise<Sample> {
  const client = new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb));
  const { pk, sk: memberSk } = memberKey(site, contactId);
  try {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: cloud.tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
      }),
    );
    const find = (isIt: (sk: string) => boolean): Item => {
      const found = Items.find(({ sk }) => isIt(sk?.S ?? ''));
      if (!found) throw new Error(`not all of ${pk} is stored`);
      return found;
    };
    return {
      member: find((sk) => sk === memberSk),
      flag: find((sk) => sk === flagKey(site, contactId).sk),
      record: find((sk) => sk.startsWith(webhookSk(''))),
    };
  } finally {
    client.destroy();
  }
}
