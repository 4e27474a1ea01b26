import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { readMessage } from './jobs/message.ts';
import { type HandedBack, handBack } from './jobs/queues.ts';
import { workOnBatch } from './jobs/work-on-batch.ts';
import { reasonOf } from './platform/errors.ts';
import { logger } from './platform/logger.ts';
import type { Webhook } from './webhooks/webhook.ts';

const DEFAULT_DELAY_SECONDS = 30; // for failures that name no time, such as DynamoDB refusing

/** Syncs the contacts that waited on batch-sync, a hundred in one request to their CRM. */
export async function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  const { readable, unreadable } = readAll(event);
  // A standard queue may hand a message out twice, even within one batch.
  const webhooks = [...new Map([...readable.values()].map((webhook) => [webhook.id, webhook])).values()];
  const back = await unfinished(webhooks, context);
  const messages = event.Records.flatMap((record): HandedBack[] => {
    const id = readable.get(record.messageId)?.id;
    const delaySeconds = unreadable.has(record.messageId)
      ? DEFAULT_DELAY_SECONDS
      : id === undefined
        ? undefined
        : back.get(id);
    return delaySeconds === undefined ? [] : [{ ...pick(record), delaySeconds }];
  });
  const refused = await handBack('batch-sync', messages);
  if (refused.length > 0)
    logger.warn('messages come back late', { count: refused.length, reason: refused[0] });
  return { batchItemFailures: messages.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

const pick = ({ messageId, receiptHandle }: SQSRecord) => ({ messageId, receiptHandle });

/** Seconds until each webhook that is not final comes back. */
async function unfinished(webhooks: Webhook[], context: Context): Promise<Map<string, number>> {
  try {
    const returns = await workOnBatch(webhooks, () => context.getRemainingTimeInMillis());
    return new Map(returns.map(({ webhook, delaySeconds }) => [webhook.id, delaySeconds]));
  } catch (error) {
    logger.error('batch not worked on', { reason: reasonOf(error) });
    return new Map(webhooks.map(({ id }) => [id, DEFAULT_DELAY_SECONDS])); // what is final is left next time
  }
}

function readAll(event: SQSEvent): { readable: Map<string, Webhook>; unreadable: Set<string> } {
  const readable = new Map<string, Webhook>();
  const unreadable = new Set<string>();
  for (const { messageId, body } of event.Records) {
    try {
      readable.set(messageId, readMessage(body).webhook);
    } catch (error) {
      unreadable.add(messageId);
      logger.error('message not readable', { message: messageId, reason: reasonOf(error) });
    }
  }
  return { readable, unreadable };
}
