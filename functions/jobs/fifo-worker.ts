import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import pMap from 'p-map';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { handBack, type WorkQueue } from '../platform/queues.ts';
import { ComeBack } from './attempts.ts';

/** What a FIFO queue's worker does. */
export type FifoWork = {
  queue: WorkQueue;
  /** Message groups that one invocation works on side by side. Within a group there is one after the other. Default: 1. */
  groupsAtOnce?: number;
  /** With less left, in ms, a message is not begun: a killed attempt would count. */
  timeForOneMs: number;
  /**
   * Works on one message.
   * @throws ComeBack where it has to come back, or whatever failed
   */
  workOn(record: SQSRecord, remainingMs: () => number): Promise<void>;
};

const DEFAULT_DELAY_SECONDS = 30; // for failures that name no time, such as DynamoDB refusing

/**
 * The handler of a function that works a FIFO queue off, in order per group. A message that failed comes back
 * when it wants to, and those behind it in its group come with it; the other groups go on.
 */
export function fifoWorker({ queue, timeForOneMs, groupsAtOnce = 1, workOn }: FifoWork) {
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const remainingMs = () => context.getRemainingTimeInMillis();
    const delays = new Map<string | undefined, number>();
    const work = async (record: SQSRecord): Promise<void> => {
      const group = record.attributes.MessageGroupId;
      try {
        if (remainingMs() < timeForOneMs) throw new ComeBack('no time left in this invocation', 0);
        await workOn(record, remainingMs);
      } catch (error) {
        delays.set(group, error instanceof ComeBack ? error.delaySeconds : DEFAULT_DELAY_SECONDS);
        if (!(error instanceof ComeBack))
          logger.error('message not worked on', { sqsMessage: record.messageId, reason: reasonOf(error) });
        throw error;
      }
    };
    const process = (Records: SQSRecord[]) =>
      processPartialResponse({ Records }, work, new SqsFifoPartialProcessorAsync(), {
        context,
        skipGroupOnError: true,
        throwOnFullBatchFailure: false,
      });
    const responses = await pMap(sideBySide(event, groupsAtOnce), process, { concurrency: groupsAtOnce });
    const batchItemFailures = responses.flatMap((response) => response.batchItemFailures);
    await handBackFailures(queue, event, { batchItemFailures }, delays);
    return { batchItemFailures };
  };
}

/** The messages by their groups, where those are worked on side by side; otherwise all together, as they came. */
function sideBySide({ Records }: SQSEvent, groupsAtOnce: number): SQSRecord[][] {
  if (groupsAtOnce === 1) return [Records];
  return [...Map.groupBy(Records, ({ attributes }) => attributes.MessageGroupId).values()];
}

async function handBackFailures(
  queue: WorkQueue,
  event: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  delays: Map<string | undefined, number>,
): Promise<void> {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  const messages = event.Records.filter(({ messageId }) => failed.has(messageId)).map((record) => ({
    messageId: record.messageId,
    receiptHandle: record.receiptHandle,
    delaySeconds: delays.get(record.attributes.MessageGroupId) ?? DEFAULT_DELAY_SECONDS,
  }));
  const refused = await handBack(queue, messages);
  if (refused.length > 0)
    logger.warn('messages come back late', { count: refused.length, reason: refused[0] });
}
