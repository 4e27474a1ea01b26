import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { sqs } from './aws.ts';
import { required } from './environment.ts';

/** A queue that a function works off, by the name of its construct. */
export type WorkQueue = 'operations' | 'batch-sync' | 'deliveries' | 'site-events';

/** Any queue that messages go to. */
export type Queue = WorkQueue | `${WorkQueue}/dead-letters`;

/** Where messages of a queue go that were given up. */
export const deadLettersOf = (queue: WorkQueue): Queue => `${queue}/dead-letters`;

/** The queue's URL: `batch-sync/dead-letters` is BATCH_SYNC_DEAD_LETTER_QUEUE_URL. */
function urlOf(queue: Queue): string {
  const [name, dead] = queue.split('/') as [string, string | undefined];
  return required(`${name.toUpperCase().replaceAll('-', '_')}${dead ? '_DEAD_LETTER' : ''}_QUEUE_URL`);
}

/** How a message travels. On a FIFO queue a group keeps its order, and a repeat is dropped for five minutes. */
export type Sending = { group: string; deduplication?: string; delaySeconds?: number };

/**
 * Sends one message.
 * @param body becomes JSON. Never holds a secret or personal data: it may end as a dead letter
 * @param signal ends the call when the time for it is over
 */
export async function sendMessage(
  queue: Queue,
  body: object,
  { group, deduplication, delaySeconds }: Sending,
  signal?: AbortSignal,
): Promise<void> {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: urlOf(queue),
      MessageBody: toMessageBody(body),
      MessageGroupId: group,
      ...(deduplication !== undefined && { MessageDeduplicationId: deduplication }),
      ...(delaySeconds !== undefined && { DelaySeconds: delaySeconds }),
    }),
    { abortSignal: signal },
  );
}

/** JSON in which all is escaped that SQS refuses in a message: beside what JSON escapes anyway, these two characters. */
const toMessageBody = (body: object): string =>
  JSON.stringify(body).replaceAll(/[\uFFFE\uFFFF]/g, (character) =>
    character === '\uFFFE' ? '\\ufffe' : '\\uffff',
  );

/**
 * Reaches SQS without a change to the queue: asks for what is known of it anyway. A message that SQS must refuse
 * would need no further right, but some of its stand-ins take it, and a connection may end with a refusal.
 * @param signal ends the call when the time for it is over
 */
export async function touchQueue(queue: Queue, signal: AbortSignal): Promise<void> {
  const ask = new GetQueueAttributesCommand({ QueueUrl: urlOf(queue), AttributeNames: ['QueueArn'] });
  await sqs.send(ask, { abortSignal: signal });
}

/** A message that was not finished, and when it should come back. */
export type HandedBack = { messageId: string; receiptHandle: string; delaySeconds: number };

const MAX_BATCH = 10; // SQS' limit for one request

/**
 * Has messages come back after their delay. Where SQS refuses, they come back when their visibility ends:
 * later, but not lost; so the refusals are only returned for the log.
 */
export async function handBack(queue: WorkQueue, messages: HandedBack[]): Promise<string[]> {
  const refused: string[] = [];
  for (let start = 0; start < messages.length; start += MAX_BATCH) {
    const batch = messages.slice(start, start + MAX_BATCH);
    try {
      const { Failed = [] } = await sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: urlOf(queue),
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

/** About how many messages a queue holds: SQS counts them apart, and lags by seconds. */
export type Depth = { waiting: number; delayed: number; inFlight: number };

/** Asks how many messages a queue holds. */
export async function depthOf(queue: Queue): Promise<Depth> {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: urlOf(queue),
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesDelayed',
        'ApproximateNumberOfMessagesNotVisible',
      ],
    }),
  );
  return {
    waiting: Number(Attributes?.ApproximateNumberOfMessages),
    delayed: Number(Attributes?.ApproximateNumberOfMessagesDelayed),
    inFlight: Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
  };
}

/** What SQS calls a queue, as the metrics of AWS do too. */
export const queueNameOf = (queue: Queue): string => urlOf(queue).split('/').at(-1) ?? '';
