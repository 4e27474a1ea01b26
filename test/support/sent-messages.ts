import type { FaultProxy } from '../../local/fault-proxy.ts';

/** A message that a function sent to SQS. */
export type SentMessage = {
  QueueUrl: string;
  MessageBody: string;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
  DelaySeconds?: number;
};

/** The messages that passed a proxy in front of SQS, or were refused there, in order. */
export function sentMessages({ passed }: FaultProxy): SentMessage[] {
  return passed
    .filter(({ operation }) => operation === 'AmazonSQS.SendMessage')
    .map(({ body }) => JSON.parse(body) as SentMessage);
}
