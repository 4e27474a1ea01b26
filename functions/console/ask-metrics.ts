import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { type MetricQuery, type MetricSeries, type MetricSpan, readMetrics } from '../platform/metrics.ts';

/**
 * Reads metrics for a page that has more to show than those.
 * @returns undefined where CloudWatch does not answer; the log says why, and the page has to say so
 */
export async function askMetrics(
  queries: readonly MetricQuery[],
  span: MetricSpan,
): Promise<MetricSeries[] | undefined> {
  try {
    return await readMetrics(queries, span);
  } catch (error) {
    logger.warn('metrics not read', { reason: reasonOf(error) });
    return undefined;
  }
}

/** What a page says then. */
export const NO_METRICS = 'CloudWatch does not give its metrics now; the log of this function says why.';
