import type { Context } from 'aws-lambda';
import { sweepUp } from './jobs/sweep-up.ts';
import { logger } from './platform/logger.ts';

/** Every minute: finds jobs whose message never arrived and queues them again. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const swept = await sweepUp(() => context.getRemainingTimeInMillis());
  logger.info('sweep', { ...swept });
}
