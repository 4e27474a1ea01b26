import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { dynamo } from '../platform/aws.ts';
import { untouchedKey } from './keys.ts';
import { inTable, unlessConditionFails } from './table.ts';

/** Holds of no item, whatever is in the table. */
const NEVER = 'attribute_exists(pk) AND attribute_not_exists(pk)';

/**
 * Reaches the table as recording a webhook does, by a put and an update side by side, and writes nothing: their
 * condition never holds. It takes no right but those to write, and costs two write units.
 * @param signal ends it when the time for it is over
 * @throws what the SDK throws where the table cannot be reached
 */
export async function touchTable(signal: AbortSignal): Promise<void> {
  const write = { ...inTable(), ConditionExpression: NEVER };
  const sending = { abortSignal: signal };
  const put = new PutCommand({ ...write, Item: untouchedKey });
  const update = new UpdateCommand({
    ...write,
    Key: untouchedKey,
    UpdateExpression: 'ADD touched :one',
    ExpressionAttributeValues: { ':one': 1 },
  });
  await Promise.all([
    unlessConditionFails(dynamo.send(put, sending)),
    unlessConditionFails(dynamo.send(update, sending)),
  ]);
}
