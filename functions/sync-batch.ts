import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import pMap from 'p-map';
import { type JobMessage, readMessage } from './jobs/message.ts';
import { replayFailed } from './jobs/replay.ts';
import { workOnBatch } from './jobs/work-on-batch.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';
import { type HandedBack, handBack } from './platform/queues.ts';
import { siteById } from './platform/sites.ts';
import type { Webhook } from './webhooks/webhook.ts';

const AT_ONCE = 10; // replays side by side, each a few small writes
const DEFAULT_DELAY_SECONDS = 30; // for failures that name no time, such as DynamoDB refusing

/** Syncs the contacts that waited on batch-sync, a hundred in one request to their CRM. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const readable = readAll(event);
  // A standard queue may hand a message out twice, even within one batch.
  const distinct = new Map(
    [...readable.values()].map((message) => [`${message.task} ${message.webhook.id}`, message]),
  );
  const delays = await delaysOfUnfinished([...distinct.values()], context);
  const messages = event.Records.flatMap(({ messageId, receiptHandle }): HandedBack[] => {
    const message = readable.get(messageId);
    const delaySeconds = message ? delays.get(message.webhook.id) : DEFAULT_DELAY_SECONDS;
    return delaySeconds === undefined ? [] : [{ messageId, receiptHandle, delaySeconds }];
  });
  const refused = await handBack('batch-sync', messages);
  if (refused.length > 0)
    logger.warn('messages come back late', { count: refused.length, reason: refused[0] });
  return { batchItemFailures: messages.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Seconds until each webhook that is not final comes back, by webhook id. */
async function delaysOfUnfinished(messages: JobMessage[], context: Context): Promise<Map<string, number>> {
  const [redriven, waiting] = [true, false].map((isRedriven) =>
    messages.filter(({ task }) => (task === 'replay') === isRedriven).map(({ webhook }) => webhook),
  ) as [Webhook[], Webhook[]];
  try {
    await pMap(redriven, (webhook) => replayFailed(webhook, siteById(webhook.site)), {
      concurrency: AT_ONCE,
    });
    const returns = await workOnBatch(waiting, () => context.getRemainingTimeInMillis());
    return new Map(returns.map(({ webhook, delaySeconds }) => [webhook.id, delaySeconds]));
  } catch (error) {
    logger.error('batch not worked on', { reason: reasonOf(error) });
    // What is final is left next time.
    return new Map(messages.map(({ webhook }) => [webhook.id, DEFAULT_DELAY_SECONDS]));
  }
}

/** The messages by their id; one that is none of ours is left out, and comes back by itself. */
function readAll(event: SQSEvent): Map<string, JobMessage> {
  const readable = new Map<string, JobMessage>();
  for (const { messageId, body } of event.Records) {
    try {
      readable.set(messageId, readMessage(body));
    } catch (error) {
      logger.error('message not readable', { sqsMessage: messageId, reason: reasonOf(error) });
    }
  }
  return readable;
}
