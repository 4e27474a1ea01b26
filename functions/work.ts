import { processPartialResponse, SqsFifoPartialProcessorAsync } from '@aws-lambda-powertools/batch';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { ComeBack } from './jobs/attempts.ts';
import { readMessage } from './jobs/message.ts';
import { handBack } from './jobs/queues.ts';
import { workOn } from './jobs/work-on.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';

const TIME_FOR_ONE_JOB_MS = 25_000; // with less left, a job is not begun: a killed attempt would count
const DEFAULT_DELAY_SECONDS = 30; // for failures that name no time, such as DynamoDB refusing

/** Works the jobs of operations.fifo off, in order per contact. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const delays = new Map<string | undefined, number>();
  const processor = new SqsFifoPartialProcessorAsync();
  const response = await processPartialResponse(
    event,
    (record: SQSRecord) => work(record, context, delays),
    processor,
    {
      context,
      skipGroupOnError: true,
      throwOnFullBatchFailure: false,
    },
  );
  await handBackFailures(event, response, delays);
  return response;
}

async function work(
  record: SQSRecord,
  context: Context,
  delays: Map<string | undefined, number>,
): Promise<void> {
  const group = record.attributes.MessageGroupId;
  const remainingMs = () => context.getRemainingTimeInMillis();
  if (remainingMs() < TIME_FOR_ONE_JOB_MS) {
    delays.set(group, 0);
    throw new ComeBack('no time left in this invocation', 0);
  }
  try {
    await workOn(readMessage(record.body), { ...patienceOf(record), remainingMs });
  } catch (error) {
    delays.set(group, error instanceof ComeBack ? error.delaySeconds : DEFAULT_DELAY_SECONDS);
    if (!(error instanceof ComeBack))
      logger.error('message not worked on', { message: record.messageId, reason: reasonOf(error) });
    throw error;
  }
}

/** Newcomers get in where there is room at once; those who were sent away before get to wait a little. */
function patienceOf(record: SQSRecord) {
  const hasWaited = Number(record.attributes.ApproximateReceiveCount) > 1;
  return { first: hasWaited ? 5_000 : 500, later: 10_000 };
}

/** A failed message comes back when its job wants to; those behind it in its group come with it. */
async function handBackFailures(
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
  const refused = await handBack('operations', messages);
  if (refused.length > 0)
    logger.warn('messages come back late', { count: refused.length, reason: refused[0] });
}
