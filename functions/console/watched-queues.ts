import type { MetricQuery } from '../platform/metrics.ts';
import { queueNameOf, type WorkQueue } from '../platform/queues.ts';

/** The queues that work waits in. */
export const QUEUES: readonly WorkQueue[] = ['operations', 'batch-sync', 'deliveries', 'site-events'];

/** A metric of a queue, as AWS has it. */
export const metricOf = (
  queue: WorkQueue,
  metric: 'ApproximateAgeOfOldestMessage' | 'ApproximateNumberOfMessagesVisible',
): MetricQuery => ({
  label: queue,
  namespace: 'AWS/SQS',
  metric,
  dimensions: { QueueName: queueNameOf(queue) },
  statistic: 'Maximum',
});
