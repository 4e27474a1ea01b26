import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Counts a queue's messages: those that can be taken, those that are delayed, and those in flight. */
export async function messagesIn(sqs: SQSClient, QueueUrl: string): Promise<number> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  const counts = [
    Attributes.ApproximateNumberOfMessages,
    Attributes.ApproximateNumberOfMessagesDelayed,
    Attributes.ApproximateNumberOfMessagesNotVisible,
  ];
  return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
}
