import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { readMessage } from './jobs/message.ts';
import { workOnBatch } from './jobs/work-on-batch.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';
import { type HandedBack, handBack } from './platform/queues.ts';
import type { Webhook } from './webhooks/webhook.ts';

const DEFAULT_DELAY_SECONDS = 30; // for failures that name no time, such as DynamoDB refusing

/** Syncs the contacts that waited on batch-sync, a hundred in one request to their CRM. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const readable = readAll(event);
  // A standard queue may hand a message out twice, even within one batch.
  const webhooks = [...new Map([...readable.values()].map((webhook) => [webhook.id, webhook])).values()];
  const delays = await delaysOfUnfinished(webhooks, context);
  const messages = event.Records.flatMap(({ messageId, receiptHandle }): HandedBack[] => {
    const webhook = readable.get(messageId);
    const delaySeconds = webhook ? delays.get(webhook.id) : DEFAULT_DELAY_SECONDS;
    return delaySeconds === undefined ? [] : [{ messageId, receiptHandle, delaySeconds }];
  });
  const refused = await handBack('batch-sync', messages);
  if (refused.length > 0)
    logger.warn('messages come back late', { count: refused.length, reason: refused[0] });
  return { batchItemFailures: messages.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** Seconds until each webhook that is not final comes back, by webhook id. */
async function delaysOfUnfinished(webhooks: Webhook[], context: Context): Promise<Map<string, number>> {
  try {
    const returns = await workOnBatch(webhooks, () => context.getRemainingTimeInMillis());
    return new Map(returns.map(({ webhook, delaySeconds }) => [webhook.id, delaySeconds]));
  } catch (error) {
    logger.error('batch not worked on', { reason: reasonOf(error) });
    return new Map(webhooks.map(({ id }) => [id, DEFAULT_DELAY_SECONDS])); // what is final is left next time
  }
}

/** The webhooks by message id; a message that is none of ours has none, and comes back by itself. */
function readAll(event: SQSEvent): Map<string, Webhook> {
  const readable = new Map<string, Webhook>();
  for (const { messageId, body } of event.Records) {
    try {
      readable.set(messageId, readMessage(body).webhook);
    } catch (error) {
      logger.error('message not readable', { sqsMessage: messageId, reason: reasonOf(error) });
    }
  }
  return readable;
}
