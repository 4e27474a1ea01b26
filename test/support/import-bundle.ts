import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LocalCloud } from '../../local/cloud.ts';
import { clientOptions } from '../../local/endpoints.ts';

/** A Lambda's handler, for tests that bring their own context. */
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;

/**
 * Imports the deployed bundle of a function into this process, wired to a running cloud. For what only a
 * context of the test's own can show, such as a deadline; everything else runs in processes of their own.
 */
export async function importBundle(name: string, cloud: LocalCloud): Promise<{ handler: Handler }> {
  const { credentials } = clientOptions(cloud.endpoints.dynamodb);
  Object.assign(process.env, {
    TABLE_NAME: cloud.tableName,
    STAGE: 'local',
    OPERATIONS_QUEUE_URL: cloud.queues.operations,
    OPERATIONS_DEAD_LETTER_QUEUE_URL: cloud.queues['operations/dead-letters'],
    BATCH_SYNC_QUEUE_URL: cloud.queues['batch-sync'],
    BATCH_SYNC_DEAD_LETTER_QUEUE_URL: cloud.queues['batch-sync/dead-letters'],
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_ENDPOINT_URL_DYNAMODB: cloud.endpoints.dynamodb,
    AWS_ENDPOINT_URL_SQS: cloud.endpoints.sqs,
    AWS_ENDPOINT_URL_SSM: cloud.endpoints.ssm,
    POWERTOOLS_LOG_LEVEL: 'SILENT',
  });
  const bundles = process.env.TEST_ASSEMBLY_ROOT ?? '';
  return import(pathToFileURL(join(bundles, 'bundles', name, 'index.mjs')).href);
}
