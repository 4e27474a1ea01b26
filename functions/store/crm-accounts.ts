import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { crmAccountKey } from './keys.ts';
import { inTable, readItem } from './table.ts';

/**
 * Notes which CRM account a site's requests count against. Its name follows from the credentials, which whoever looks at
 * its pace need not be able to read.
 */
export async function noteCrmAccount(site: string, account: string): Promise<void> {
  await dynamo.send(
    new UpdateCommand({
      ...inTable(),
      Key: crmAccountKey(site),
      UpdateExpression: 'SET account = :account',
      ExpressionAttributeValues: { ':account': account },
    }),
  );
}

/** Reads which CRM account a site's requests count against; undefined where it was not noted yet. */
export const readCrmAccount = async (site: string): Promise<string | undefined> =>
  (await readItem<{ account: string }>(crmAccountKey(site)))?.account;
