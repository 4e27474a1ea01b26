import type { Site } from '../platform/config.ts';
import { deadLettersOf, type Queue, sendMessage } from '../platform/queues.ts';
import type { QueueName } from '../store/webhooks.ts';
import { publicPart, type Webhook } from '../webhooks/webhook.ts';
import type { JobMessage } from './message.ts';
import { seal } from './seal.ts';

/** Queues a webhook's job; on batch-sync it comes after the site's batch delay. */
export async function enqueueJob(
  webhook: Webhook,
  queue: QueueName,
  site: Site,
  signal?: AbortSignal,
): Promise<void> {
  const delaySeconds = queue === 'batch-sync' ? site.batchDelaySeconds : 0;
  await send(queue, queue, { task: 'apply', webhook }, { delaySeconds, repeat: 0, signal });
}

/** Has a worker write the record and the flag that DynamoDB refused. What is relayed stays in the line of its contact. */
export async function enqueueRecording(
  webhook: Webhook,
  queue: QueueName | undefined,
  site: Site,
  signal?: AbortSignal,
): Promise<void> {
  const sealed = seal(webhook, site);
  const message: JobMessage = { task: 'record', webhook, ...(queue && { queue }), ...(sealed && { sealed }) };
  const to = queue === 'deliveries' ? queue : 'operations';
  await send(to, to, message, { delaySeconds: 0, repeat: 0, signal });
}

/**
 * Queues a job again whose message seems lost.
 * @param repeat which repeat this is, from 1: SQS drops a message it saw under the same id within 5 minutes
 */
export async function enqueueAgain(webhook: Webhook, queue: QueueName, repeat: number): Promise<void> {
  await send(queue, queue, { task: 'apply', webhook }, { delaySeconds: 0, repeat });
}

/** Puts a job that was given up on into the dead-letter queue: redriven to its own queue, it is replayed. */
export async function bury(webhook: Webhook, queue: QueueName): Promise<void> {
  await send(deadLettersOf(queue), queue, { task: 'replay', webhook }, { delaySeconds: 0, repeat: 0 });
}

type SendOptions = { delaySeconds: number; repeat: number; signal?: AbortSignal | undefined };

async function send(
  to: Queue,
  queue: QueueName,
  message: JobMessage,
  { delaySeconds, repeat, signal }: SendOptions,
): Promise<void> {
  const { webhook } = message;
  const fifo = {
    group: `${webhook.site}/${webhook.contactId}`,
    deduplication: `${webhook.id}:${message.task}:${repeat}`,
  };
  // A group on a standard queue is no order: it keeps one site's flood from holding up the others (fair queues).
  const standard = { group: webhook.site, delaySeconds };
  const body = { ...message, webhook: publicPart(webhook) };
  await sendMessage(to, body, queue === 'batch-sync' ? standard : fifo, signal);
}
