import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

const PATIENCE_MS = 30_000;

/**
 * In place of functions/platform/aws.ts, whose clients give up after 800 ms: here many tests run on a machine that may
 * be busy with others, and its slowness is not to be taken for a fault that was found.
 */
export const bounded = {
  maxAttempts: 2,
  requestHandler: {
    connectionTimeout: PATIENCE_MS,
    requestTimeout: PATIENCE_MS,
    throwOnRequestTimeout: true,
  },
};

/** As there. */
export const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(bounded), {
  marshallOptions: { removeUndefinedValues: true },
});

/** As there. */
export const sqs = new SQSClient(bounded);
