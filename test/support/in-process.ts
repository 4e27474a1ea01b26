import type { LocalCloud } from '../../local/cloud.ts';
import { clientOptions } from '../../local/endpoints.ts';

/**
 * Wires this process to a running cloud as a function is, so that modules of functions/ work in it. Import them
 * dynamically, after this.
 */
export function wireTo(cloud: LocalCloud): void {
  const { credentials } = clientOptions(cloud.endpoints.dynamodb);
  Object.assign(process.env, {
    TABLE_NAME: cloud.tableName,
    STAGE: 'local',
    OPERATIONS_QUEUE_URL: cloud.queues.operations,
    OPERATIONS_DEAD_LETTER_QUEUE_URL: cloud.queues['operations/dead-letters'],
    BATCH_SYNC_QUEUE_URL: cloud.queues['batch-sync'],
    BATCH_SYNC_DEAD_LETTER_QUEUE_URL: cloud.queues['batch-sync/dead-letters'],
    DELIVERIES_QUEUE_URL: cloud.queues.deliveries,
    DELIVERIES_DEAD_LETTER_QUEUE_URL: cloud.queues['deliveries/dead-letters'],
    SITE_EVENTS_QUEUE_URL: cloud.queues['site-events'],
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: cloud.endpoints.sqs,
    AWS_ENDPOINT_URL_SSM: cloud.endpoints.ssm,
    AWS_ENDPOINT_URL_CLOUDWATCH: cloud.endpoints.cloudwatch,
  });
}
