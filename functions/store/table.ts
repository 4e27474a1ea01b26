import { setTimeout as wait } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  type NativeAttributeValue,
  QueryCommand,
  type QueryCommandInput,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { required } from '../platform/environment.ts';

/** The one table: where every command goes. Read when used, so that the catalogue also loads at synth. */
export const inTable = () => ({ TableName: required('TABLE_NAME') });

/**
 * Waits for a conditional write.
 * @returns what the write returned, or undefined where its condition did not hold; other errors are thrown
 */
export async function unlessConditionFails<T>(write: Promise<T>): Promise<T | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** Reads an item by key, up to date; undefined where there is none. */
export async function readItem<Item>(Key: Record<string, NativeAttributeValue>): Promise<Item | undefined> {
  const { Item } = await dynamo.send(new GetCommand({ ...inTable(), Key, ConsistentRead: true }));
  return Item as Item | undefined;
}

const MOST_KEYS = 100; // BatchGetItem takes no more

/** Reads items by key, up to date, in no order; what does not exist is left out. */
export async function readItems(
  keys: Record<string, NativeAttributeValue>[],
): Promise<Record<string, NativeAttributeValue>[]> {
  const table = inTable().TableName;
  const items: Record<string, NativeAttributeValue>[] = [];
  let wanted = keys;
  while (wanted.length > 0) {
    const { Responses, UnprocessedKeys } = await dynamo.send(
      new BatchGetCommand({
        RequestItems: { [table]: { Keys: wanted.slice(0, MOST_KEYS), ConsistentRead: true } },
      }),
    );
    items.push(...(Responses?.[table] ?? []));
    wanted = [...(UnprocessedKeys?.[table]?.Keys ?? []), ...wanted.slice(MOST_KEYS)];
  }
  return items;
}

/**
 * Everything that a query of the table itself finds, page after page, up to date.
 * @param enough no further page is read where so many are found; by default all are
 */
export async function queryAll<Item>(
  query: Omit<QueryCommandInput, 'TableName' | 'IndexName' | 'ConsistentRead' | 'ExclusiveStartKey'>,
  enough = Number.POSITIVE_INFINITY,
): Promise<Item[]> {
  const found: Item[] = [];
  let ExclusiveStartKey: Record<string, NativeAttributeValue> | undefined;
  do {
    const page = await dynamo.send(
      new QueryCommand({ ...inTable(), ...query, ConsistentRead: true, ExclusiveStartKey }),
    );
    found.push(...((page.Items ?? []) as Item[]));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && found.length < enough);
  return found;
}

// A class that joins a team all at once writes one item by turns, and gets through within API Gateway's 30 s.
const MOST_CONFLICTS = 20; // in a row, of one transaction with others on the same items
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;

/** The writes of a transaction. */
export type Writes = NonNullable<TransactWriteCommandInput['TransactItems']>;

/**
 * Writes several items, all of them or none.
 * @returns false where a condition did not hold; other errors are thrown
 */
export async function writeTogether(TransactItems: Writes): Promise<boolean> {
  return (await writeUnlessRefused(TransactItems)) === undefined;
}

/** For each write that was refused, the item that it met, if it asked for that; as DynamoDB's errors show items. */
export type Refusal = (Record<string, AttributeValue> | undefined)[];

/**
 * Writes several items, all of them or none. Others that write the same items at the same moment cancel it;
 * then it is tried again.
 * @param signal ends it when the time for it is over
 * @returns what was in the way where a condition did not hold; other errors are thrown
 */
export async function writeUnlessRefused(
  TransactItems: Writes,
  signal?: AbortSignal,
): Promise<Refusal | undefined> {
  for (let conflicts = 1; ; conflicts++) {
    try {
      await dynamo.send(new TransactWriteCommand({ TransactItems }), { abortSignal: signal });
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const { CancellationReasons: reasons = [] } = error;
      if (reasons.some(({ Code }) => Code === 'ConditionalCheckFailed'))
        return reasons.map(({ Item }) => Item);
      const isConflict = reasons.some(({ Code }) => Code === 'TransactionConflict');
      if (!isConflict || conflicts >= MOST_CONFLICTS) throw error;
      const pause = Math.min(FIRST_PAUSE_MS * 2 ** conflicts, LONGEST_PAUSE_MS);
      await wait(pause * Math.random(), undefined, { signal });
    }
  }
}

/** An update that sets attributes and takes others away, in the words of DynamoDB; `undefined` takes away. */
export function updateOf(attributes: Record<string, unknown>) {
  // Placeholders are numbered: an attribute's name may hold what a placeholder may not.
  const all = Object.entries(attributes).map(([name, value], index) => ({ name, value, index }));
  const set = all.filter(({ value }) => value !== undefined);
  const remove = all.filter(({ value }) => value === undefined);
  return {
    UpdateExpression: [
      set.length > 0 && `SET ${set.map(({ index }) => `#u${index} = :u${index}`).join(', ')}`,
      remove.length > 0 && `REMOVE ${remove.map(({ index }) => `#u${index}`).join(', ')}`,
    ]
      .filter(Boolean)
      .join(' '),
    ExpressionAttributeNames: Object.fromEntries(all.map(({ name, index }) => [`#u${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(set.map(({ value, index }) => [`:u${index}`, value])),
  };
}
