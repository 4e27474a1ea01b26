import { afterEach, expect, test } from '@jest/globals';
import { findDynoxide, startDynamoDb } from '../../local/dynamodb.ts';
import { startSqs } from '../../local/sqs.ts';

afterEach(() => {
  delete process.env.DYNAMODB_ENDPOINT;
  delete process.env.SQS_ENDPOINT;
});

test('DYNAMODB_ENDPOINT and SQS_ENDPOINT name servers to use instead', async () => {
  process.env.DYNAMODB_ENDPOINT = 'http://localhost:8000/';
  process.env.SQS_ENDPOINT = 'http://localhost:9324';
  expect((await startDynamoDb()).endpoint).toBe('http://localhost:8000');
  expect((await startSqs()).endpoint).toBe('http://localhost:9324');
});

test('where dynoxide is not installed, one line tells how to do without', () => {
  const nothing = (): string => {
    throw new Error('Cannot find module');
  };
  expect(() => findDynoxide(nothing)).toThrow(/^dynoxide .* set DYNAMODB_ENDPOINT=\S+$/);
});
