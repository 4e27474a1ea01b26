import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { reconcileKey } from './keys.ts';
import { inTable, readItem, unlessConditionFails, updateOf } from './table.ts';

/** How far a site's CRM was asked for changes. Times are ISO times. */
export type ReconcileCursor = {
  /** The round under way, or the next one, asks for what changed at or after this. */
  since: string;
  /** When the round under way began; missing between rounds. */
  startedAt?: string;
  /** Where the round under way goes on; missing at its beginning. */
  resume?: string;
  /** Counts the steps, so that two runs at once never both take one. */
  step: number;
};

/** Reads how far a site's CRM was asked; undefined before the first time. */
export async function readReconcileCursor(site: string): Promise<ReconcileCursor | undefined> {
  return readItem<ReconcileCursor>(reconcileKey(site));
}

/**
 * Moves the cursor.
 * @param was the cursor that was read
 * @returns the new cursor, or undefined where another run has moved it since
 */
export async function moveReconcileCursor(
  site: string,
  was: ReconcileCursor | undefined,
  { since, startedAt, resume }: Omit<ReconcileCursor, 'step'>,
): Promise<ReconcileCursor | undefined> {
  const step = (was?.step ?? 0) + 1;
  const update = updateOf({ since, startedAt, resume, step });
  const moved = await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: reconcileKey(site),
        ...update,
        ExpressionAttributeNames: { ...update.ExpressionAttributeNames, '#step': 'step' },
        ConditionExpression: was ? '#step = :was' : 'attribute_not_exists(#step)',
        ExpressionAttributeValues: {
          ...update.ExpressionAttributeValues,
          ...(was && { ':was': was.step }),
        },
      }),
    ),
  );
  return moved && { since, ...(startedAt && { startedAt }), ...(resume && { resume }), step };
}
