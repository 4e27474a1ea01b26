import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSEvent, SQSRecord } from 'aws-lambda';
import { REGION } from './endpoints.ts';

/**
 * The event by which Lambda's poller hands messages to a function.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 */
export const toSqsEvent = (messages: Message[], queueArn: string): SQSEvent => ({
  Records: messages.map((message) => toRecord(message, queueArn)),
});

function toRecord(message: Message, eventSourceARN: string): SQSRecord {
  const attributes = Object.entries(message.MessageAttributes ?? {});
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: (message.Attributes ?? {}) as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      attributes.map(([name, value]) => [name, toMessageAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN,
    awsRegion: REGION,
  };
}

const toMessageAttribute = ({ DataType = '', StringValue, BinaryValue }: MessageAttributeValue) => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [] as never[],
  binaryListValues: [] as never[],
  dataType: DataType as SQSRecord['messageAttributes'][string]['dataType'],
});

/**
 * Which messages of a batch a function has done, by the rules of partial batch responses: an empty answer
 * means all of them; one that names a message that is not in the batch, or makes no sense, means none.
 * @param messages the batch
 * @param payload the function's answer as JSON text
 */
export function succeeded(messages: Message[], payload: string): Message[] {
  const answer: unknown = JSON.parse(payload);
  if (answer === null) return messages;
  if (typeof answer !== 'object' || Array.isArray(answer)) return [];
  const failures: unknown = 'batchItemFailures' in answer ? (answer.batchItemFailures ?? []) : [];
  if (!Array.isArray(failures)) return [];
  const ids = new Set(messages.map((message) => message.MessageId));
  const failed = new Set(failures.map((failure) => failure?.itemIdentifier));
  return [...failed].every((id) => ids.has(id))
    ? messages.filter(({ MessageId }) => !failed.has(MessageId))
    : [];
}
