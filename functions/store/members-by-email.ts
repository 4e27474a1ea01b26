import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { contactIdIn, emailIndexKey } from './keys.ts';
import { inTable } from './table.ts';

/** Contacts with one e-mail address: some CRMs allow several, none has many. */
const MOST = 25;

/**
 * The contacts of a site whose member has this e-mail address, whatever its case. The index lags a moment
 * behind the members.
 */
export async function contactIdsByEmail(site: string, email: string): Promise<string[]> {
  const { Items = [] } = await dynamo.send(
    new QueryCommand({
      ...inTable(),
      IndexName: 'by-email',
      KeyConditionExpression: 'emailKey = :key',
      ExpressionAttributeValues: { ':key': emailIndexKey(site, email) },
      Limit: MOST,
    }),
  );
  return Items.map(({ pk }) => contactIdIn(pk, site)).sort();
}
