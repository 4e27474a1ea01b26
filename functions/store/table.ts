import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
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
