import { parseJson } from '../platform/parse-json.ts';
import type { QueueName } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';

/**
 * What travels on a queue: the whole webhook, so that a job can be done though its record was never written.
 * `apply`: do its heavy work. `record`: write the record and the flag that DynamoDB refused on arrival, `sealed` what
 * only the record may show. `replay`: it was given up, and an operator has redriven its dead letter.
 */
export type JobMessage = { task: Task; webhook: Webhook; queue?: QueueName; sealed?: string };
type Task = (typeof TASKS)[number];
const TASKS = ['apply', 'record', 'replay'] as const;

/** Reads a message's body. @throws where it is none of ours, so that it ends in the dead-letter queue */
export function readMessage(body: string): JobMessage {
  const message = parseJson(body) as Partial<JobMessage> | null | undefined;
  if (!message?.webhook?.id || !TASKS.some((task) => task === message.task)) {
    throw new Error('This message is not one of a job: something else writes to the queue.');
  }
  return message as JobMessage;
}
