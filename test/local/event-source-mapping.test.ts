import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { clientOptions } from '../../local/endpoints.ts';
import { type FixtureCloud, type Line, startFixtureCloud } from './fixtures/cloud.ts';

let cloud: FixtureCloud;
let client: SQSClient;
beforeEach(async () => {
  cloud = await startFixtureCloud({ pollers: false });
  client = new SQSClient(clientOptions(cloud.endpoints.sqs));
});
afterEach(async () => {
  client.destroy();
  await cloud.stop();
});

interface Order {
  name: string;
  act?: string;
  milliseconds?: number;
}
const order = (group: string, message: Order) =>
  client.send(
    new SendMessageCommand({
      QueueUrl: cloud.queues.orders,
      MessageBody: JSON.stringify(message),
      MessageGroupId: group,
      MessageDeduplicationId: `${group}-${message.name}`,
    }),
  );
const bulk = (messages: Order[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: cloud.queues.bulk,
      Entries: messages.map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
      })),
    }),
  );
const done = (lines: Line[]): string[] => lines.flatMap(({ said }) => (said.done ? said.name : []));
const tries = (name: string) => cloud.lines.filter(({ said }) => said.name === name && said.receives);
/** Waits until a queue holds so many messages, asking as often as it answers. */
const holds = async (queue: string, count: number): Promise<void> => {
  for (;;) {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const command = new GetQueueAttributesCommand({
      QueueUrl: cloud.queues[queue],
      AttributeNames: [...names],
    });
    const { Attributes = {} } = await client.send(command);
    if (names.reduce((sum, name) => sum + Number(Attributes[name]), 0) === count) return;
  }
};

test('the records have the exact form of the event of SQS', async () => {
  await client.send(
    new SendMessageCommand({
      QueueUrl: cloud.queues.bulk,
      MessageBody: '{"name":"one"}',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
    }),
  );
  cloud.startPollers();
  const [line] = await cloud.until((lines) => lines.length > 0);
  expect(line?.said.first).toEqual({
    messageId: expect.any(String),
    receiptHandle: expect.any(String),
    body: '{"name":"one"}',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.any(String),
      SenderId: expect.any(String),
      ApproximateFirstReceiveTimestamp: expect.any(String),
    },
    messageAttributes: {
      kind: { stringValue: 'test', dataType: 'String', stringListValues: [], binaryListValues: [] },
    },
    md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
    md5OfMessageAttributes: expect.any(String),
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:bulk',
    awsRegion: 'us-east-1',
  });
});

test('within its window a batch grows beyond the ten messages of one request', async () => {
  for (const tens of [0, 1, 2])
    await bulk(Array.from({ length: 10 }, (_, index) => ({ name: `${tens}${index}` })));
  cloud.startPollers();
  const [line] = await cloud.until((lines) => lines.length > 0);
  expect(line?.said.batch).toHaveLength(30);
  await holds('bulk', 0);
});

test('a failed message alone comes back, and after its receives it is a dead letter', async () => {
  cloud.startPollers();
  await bulk([{ name: 'good' }, { name: 'bad', act: 'fail' }]);
  await holds('bulk/dead-letters', 1);
  const batches = cloud.lines.map(({ said }) => said.batch.toSorted());
  expect(batches).toEqual([['bad', 'good'], ['bad']]);
});

test('the messages of one group are done one after the other, other groups beside them', async () => {
  await order('a', { name: 'a1', act: 'slow', milliseconds: 300 });
  await order('a', { name: 'a2' });
  await order('b', { name: 'b1' });
  cloud.startPollers();
  await cloud.until((lines) => done(lines).length === 3);
  const finished = done(cloud.lines);
  expect(finished.indexOf('a1')).toBeLessThan(finished.indexOf('a2'));
});

test('a failed message holds up its group until it succeeds or is given up', async () => {
  await order('a', { name: 'a1', act: 'fail' });
  await order('a', { name: 'a2' });
  cloud.startPollers();
  await cloud.until((lines) => done(lines).includes('a2'));
  expect(tries('a1').map(({ said }) => said.receives)).toEqual(['1', '2', '3']);
  await holds('orders/dead-letters', 1);
});

test.each(['throw', 'malformed', 'crash'])(
  'an answer that is no answer (%s) fails the whole batch',
  async (act) => {
    await order('a', { name: 'good' });
    await order('b', { name: 'bad', act });
    cloud.startPollers();
    await cloud.until(() => tries('good').length > 1 && tries('bad').length > 1);
  },
);

test('batches run side by side up to the maximum concurrency', async () => {
  cloud.startPollers();
  for (const group of ['a', 'b', 'c', 'd'])
    await order(group, { name: group, act: 'slow', milliseconds: 500 });
  await cloud.until((lines) => done(lines).length === 4);
  const pids = new Set(cloud.lines.flatMap(({ said }) => said.pid ?? []));
  expect(pids.size).toBeGreaterThan(1);
  expect(pids.size).toBeLessThanOrEqual(3);
});

test('an empty answer of any kind means that all messages are done', async () => {
  const { succeeded } = await import('../../local/sqs-event.ts');
  const messages = [{ MessageId: 'a' }, { MessageId: 'b' }];
  for (const answer of ['null', '{}', '{"batchItemFailures":null}', '{"batchItemFailures":[]}']) {
    expect([answer, succeeded(messages, answer)]).toEqual([answer, messages]);
  }
});

test('an answer that names no message of the batch means that none is done', async () => {
  const { succeeded } = await import('../../local/sqs-event.ts');
  const messages = [{ MessageId: 'a' }, { MessageId: 'b' }];
  const failures = [
    '{"itemIdentifier":""}',
    '{"itemIdentifier":null}',
    '{"id":"a"}',
    'null',
    '{"itemIdentifier":"c"}',
  ];
  for (const failure of failures)
    expect(succeeded(messages, `{"batchItemFailures":[${failure}]}`)).toEqual([]);
  for (const answer of ['"x"', '[]', '7', '{"batchItemFailures":"a"}'])
    expect(succeeded(messages, answer)).toEqual([]);
});
