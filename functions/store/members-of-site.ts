import { type NativeAttributeValue, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { allSiteIndexKeys, contactIdIn } from './keys.ts';
import { type MemberItem, readMembers } from './members.ts';
import { inTable } from './table.ts';

const PAGE = 100; // BatchGetItem takes 100 keys

/** The members of a site, in no particular order, page by page, each read up to date. The index lags a moment. */
export async function* membersOfSite(site: string): AsyncGenerator<Map<string, MemberItem>> {
  for (const key of allSiteIndexKeys(site)) {
    let ExclusiveStartKey: Record<string, NativeAttributeValue> | undefined;
    do {
      const page = await dynamo.send(
        new QueryCommand({
          ...inTable(),
          IndexName: 'by-site',
          KeyConditionExpression: 'siteKey = :key',
          ExpressionAttributeValues: { ':key': key },
          Limit: PAGE,
          ExclusiveStartKey,
        }),
      );
      const ids = (page.Items ?? []).map(({ pk }) => contactIdIn(pk, site));
      if (ids.length > 0) yield await readMembers(site, ids);
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
}
