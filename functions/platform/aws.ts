import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * Without these the SDK waits for ever on a peer that accepts and never answers. Two tries of 800 ms keep a
 * DynamoDB phase and an SQS phase, one after the other, within the 4 s that receiving a webhook may take.
 */
export const bounded = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 800, requestTimeout: 800, throwOnRequestTimeout: true },
};

/** The document client every store uses: plain objects in and out, undefined left out. */
export const dynamo = DynamoDBDocumentClient.from(new DynamoDBClient(bounded), {
  marshallOptions: { removeUndefinedValues: true },
});

/** The one SQS client. Long polling is Lambda's business, so no call of ours needs more time than this. */
export const sqs = new SQSClient(bounded);
