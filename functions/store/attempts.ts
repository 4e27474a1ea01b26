import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { attemptsKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';

/** How many attempts are allowed in how long. */
export type AttemptLimit = { most: number; windowSeconds: number };

/**
 * Counts an attempt before it is made, so that many at once cannot slip through. A window begins with its
 * first attempt.
 * @param hash what the attempts are counted for, hashed: an address is personal data
 * @param now seconds since 1970
 * @returns 0 where the attempt may be made, else the seconds until one may
 */
export async function countAttempt(
  hash: string,
  { most, windowSeconds }: AttemptLimit,
  now: number,
): Promise<number> {
  const Key = attemptsKey(hash);
  for (;;) {
    try {
      await dynamo.send(
        new UpdateCommand({
          ...inTable(),
          Key,
          UpdateExpression: 'ADD attempts :one',
          ConditionExpression: 'expiresAt > :now AND attempts < :most',
          ExpressionAttributeValues: { ':one': 1, ':now': now, ':most': most },
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return 0;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      const expiresAt = Number(error.Item?.expiresAt?.N ?? 0);
      if (expiresAt > now) return expiresAt - now;
    }
    const begun = await unlessConditionFails(
      dynamo.send(
        new UpdateCommand({
          ...inTable(),
          Key,
          UpdateExpression: 'SET attempts = :one, expiresAt = :end',
          ConditionExpression: 'attribute_not_exists(expiresAt) OR expiresAt <= :now',
          ExpressionAttributeValues: { ':one': 1, ':now': now, ':end': now + windowSeconds },
        }),
      ),
    );
    if (begun) return 0;
    // Somebody else began a window between the two: this attempt counts in that one.
  }
}

/** Takes an attempt out of the count: it was a good one. */
export async function forgiveAttempt(hash: string): Promise<void> {
  await unlessConditionFails(
    dynamo.send(
      new UpdateCommand({
        ...inTable(),
        Key: attemptsKey(hash),
        UpdateExpression: 'ADD attempts :minusOne',
        ConditionExpression: 'attempts > :zero',
        ExpressionAttributeValues: { ':minusOne': -1, ':zero': 0 },
      }),
    ),
  );
}
