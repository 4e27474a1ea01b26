import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { allPendingMembers, contactIdIn, flagKey } from './keys.ts';
import { inTable } from './table.ts';

/** A contact whose flag is up, and since when (ISO time). */
export type Flagged = { contactId: string; since: string };

/** Where a list goes on: in which of the index's shards, and after which contact. */
export type NeedsSyncCursor = { shard: number; after?: Flagged };

/** A page of contacts whose flag is up; `next` leads on, and is missing at the end. */
export type NeedsSyncPage = { contacts: Flagged[]; next?: NeedsSyncCursor };

/**
 * Lists the contacts of a site whose flag is up, in no particular order.
 * @param limit contacts on a page at most; one may hold fewer and still lead on
 */
export async function listNeedsSync(
  site: string,
  { shard, after }: NeedsSyncCursor,
  limit: number,
): Promise<NeedsSyncPage> {
  const shards = allPendingMembers(site);
  const contacts: NeedsSyncPage['contacts'] = [];
  let previous = after;
  for (let current = shard; current < shards.length; current++) {
    const pendingKey = shards[current];
    const page = await dynamo.send(
      new QueryCommand({
        ...inTable(),
        IndexName: 'pending',
        KeyConditionExpression: 'pendingKey = :key',
        ExpressionAttributeValues: { ':key': pendingKey },
        Limit: limit - contacts.length,
        ...(previous && {
          ExclusiveStartKey: {
            ...flagKey(site, previous.contactId),
            pendingKey,
            pendingAt: previous.since,
          },
        }),
      }),
    );
    for (const { pk, pendingAt } of page.Items ?? [])
      contacts.push({ contactId: contactIdIn(pk, site), since: pendingAt });
    previous = undefined;
    const last = contacts.at(-1);
    if (page.LastEvaluatedKey && last) return { contacts, next: { shard: current, after: last } };
    if (contacts.length === limit && current + 1 < shards.length)
      return { contacts, next: { shard: current + 1 } };
  }
  return { contacts };
}
