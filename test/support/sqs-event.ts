import type { WebhookRecord } from '../../functions/store/webhooks.ts';
import { publicPart, type Webhook } from '../../functions/webhooks/webhook.ts';

/** An event as Lambda hands it to a worker, for tests that deliver messages themselves. */
export function sqsEvent(webhooks: (Webhook | WebhookRecord)[], receiveCount = 1) {
  return {
    Records: webhooks.map((webhook, index) =>
      sqsRecord(String(index), JSON.stringify({ task: 'apply', webhook: publicPart(webhook) }), {
        group: `${webhook.site}/${webhook.contactId}`,
        receiveCount,
      }),
    ),
  };
}

/** One message of such an event, with any body. */
export function sqsRecord(messageId: string, body: string, { group = 'group', receiveCount = 1 } = {}) {
  return {
    messageId,
    receiptHandle: `receipt-${messageId}`,
    body,
    attributes: { ApproximateReceiveCount: String(receiveCount), MessageGroupId: group },
    messageAttributes: {},
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:test',
    awsRegion: 'us-east-1',
  };
}
