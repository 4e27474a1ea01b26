import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Messages of a queue: those that can be taken, and those in flight. */
export async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  const { ApproximateNumberOfMessages = 0, ApproximateNumberOfMessagesNotVisible = 0 } = Attributes;
  return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
}

/** Requests that the relay made, by a line of its log: the site knows nothing of those that it refused. */
export function requestsIn(line: string): number {
  if (!line.includes('"pluginRequests"')) return 0;
  const { pluginRequests }: { pluginRequests?: number } = JSON.parse(line);
  return pluginRequests ?? 0;
}
