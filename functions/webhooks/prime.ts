import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { touchQueue } from '../platform/queues.ts';
import { touchTable } from '../store/touch-table.ts';

/** A webhook waits meanwhile, and may need 4 of the CRM's 5 seconds for itself where services hang. */
const MOST_MS = 500;

/**
 * Reaches DynamoDB and SQS while the function starts, when Lambda gives it a whole processor whatever its memory: the
 * first webhook then finds code that has run and connections that are open. It changes nothing in either, and never
 * throws: where it fails the first webhook does by itself what was not done here.
 */
export async function prime(): Promise<void> {
  const signal = AbortSignal.timeout(MOST_MS);
  await Promise.all([
    succeeds('dynamodb', () => touchTable(signal)),
    succeeds('sqs', () => touchQueue('operations', signal)),
  ]);
}

async function succeeds(client: string, touch: () => Promise<void>): Promise<void> {
  try {
    await touch();
  } catch (error) {
    logger.warn('not primed', { client, reason: reasonOf(error) });
  }
}
