import { ChangeMessageVisibilityBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../platform/aws.ts';
import type { Site } from '../platform/config.ts';
import { required } from '../platform/environment.ts';
import type { QueueName } from '../store/webhooks.ts';
import { publicPart, type Webhook } from '../webhooks/webhook.ts';
import type { JobMessage } from './message.ts';

const urls = {
  operations: () => required('OPERATIONS_QUEUE_URL'),
  'batch-sync': () => required('BATCH_SYNC_QUEUE_URL'),
};

const deadLetterUrls = {
  operations: () => required('OPERATIONS_DEAD_LETTER_QUEUE_URL'),
  'batch-sync': () => required('BATCH_SYNC_DEAD_LETTER_QUEUE_URL'),
};

/** Queues a webhook's job; on batch-sync it comes after the site's batch delay. */
export async function enqueueJob(
  webhook: Webhook,
  queue: QueueName,
  site: Site,
  signal?: AbortSignal,
): Promise<void> {
  const delaySeconds = queue === 'batch-sync' ? site.batchDelaySeconds : 0;
  await send(urls[queue](), queue, { task: 'apply', webhook }, { delaySeconds, repeat: 0, signal });
}

/** Has a worker write the record and the flag that DynamoDB refused. */
export async function enqueueRecording(
  webhook: Webhook,
  queue: QueueName | undefined,
  signal?: AbortSignal,
): Promise<void> {
  const message: JobMessage = { task: 'record', webhook, ...(queue && { queue }) };
  await send(urls.operations(), 'operations', message, { delaySeconds: 0, repeat: 0, signal });
}

/**
 * Queues a job again whose message seems lost.
 * @param repeat which repeat this is, from 1: SQS drops a message it saw under the same id within 5 minutes
 */
export async function enqueueAgain(webhook: Webhook, queue: QueueName, repeat: number): Promise<void> {
  await send(urls[queue](), queue, { task: 'apply', webhook }, { delaySeconds: 0, repeat });
}

/** Puts a job that was given up on into the dead-letter queue, whence it can be redriven. */
export async function bury(webhook: Webhook, queue: QueueName): Promise<void> {
  await send(deadLetterUrls[queue](), queue, { task: 'apply', webhook }, { delaySeconds: 0, repeat: 0 });
}

type SendOptions = { delaySeconds: number; repeat: number; signal?: AbortSignal | undefined };

async function send(
  QueueUrl: string,
  queue: QueueName,
  message: JobMessage,
  options: SendOptions,
): Promise<void> {
  const { webhook } = message;
  const fifo = {
    MessageGroupId: `${webhook.site}/${webhook.contactId}`,
    MessageDeduplicationId: `${webhook.id}:${message.task}:${options.repeat}`,
  };
  // A group on a standard queue is no order: it keeps one site's flood from holding up the others (fair queues).
  const standard = { MessageGroupId: webhook.site, DelaySeconds: options.delaySeconds };
  await sqs.send(
    new SendMessageCommand({
      QueueUrl,
      MessageBody: JSON.stringify({ ...message, webhook: publicPart(webhook) }),
      ...(queue === 'operations' ? fifo : standard),
    }),
    { abortSignal: options.signal },
  );
}

/** A message that was not finished, and when it should come back. */
export type HandedBack = { messageId: string; receiptHandle: string; delaySeconds: number };

const MAX_BATCH = 10; // SQS' limit for one request

/**
 * Has messages come back after their delay. Where SQS refuses, they come back when their visibility ends:
 * later, but not lost; so the refusals are only returned for the log.
 */
export async function handBack(queue: QueueName, messages: HandedBack[]): Promise<string[]> {
  const refused: string[] = [];
  for (let start = 0; start < messages.length; start += MAX_BATCH) {
    const batch = messages.slice(start, start + MAX_BATCH);
    try {
      const { Failed = [] } = await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: urls[queue](),
          Entries: batch.map(({ receiptHandle, delaySeconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
            VisibilityTimeout: delaySeconds,
          })),
        }),
      );
      refused.push(...Failed.map(({ Message }) => Message ?? 'refused'));
    } catch (error) {
      refused.push(String(error));
    }
  }
  return refused;
}
