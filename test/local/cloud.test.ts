import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { clientOptions } from '../../local/endpoints.ts';
import { startFixtureCloud } from './fixtures/cloud.ts';
import { resources } from './fixtures/template.ts';

const dead = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

test('tables have the keys, indexes and time to live of the template, queues its attributes', async () => {
  const cloud = await startFixtureCloud({
    pollers: false,
    queueAttributes: { bulk: { VisibilityTimeout: '7' } },
  });
  const tables = new DynamoDBClient(clientOptions(cloud.endpoints.dynamodb));
  const queues = new SQSClient(clientOptions(cloud.endpoints.sqs));
  try {
    const { Table } = await tables.send(new DescribeTableCommand({ TableName: cloud.tableName }));
    expect(Table?.KeySchema?.map(({ AttributeName }) => AttributeName)).toEqual(['pk', 'sk']);
    expect(Table?.GlobalSecondaryIndexes?.[0]?.IndexName).toBe('pending');
    const { TimeToLiveDescription } = await tables.send(
      new DescribeTimeToLiveCommand({ TableName: cloud.tableName }),
    );
    expect(TimeToLiveDescription?.AttributeName).toBe('expiresAt');
    const attributesOf = async (name: string) =>
      (
        await queues.send(
          new GetQueueAttributesCommand({ QueueUrl: cloud.queues[name], AttributeNames: ['All'] }),
        )
      ).Attributes;
    expect(await attributesOf('orders')).toMatchObject({ FifoQueue: 'true', VisibilityTimeout: '1' });
    expect((await attributesOf('orders/dead-letters'))?.MessageRetentionPeriod).toBe('1209600');
    expect((await attributesOf('bulk'))?.VisibilityTimeout).toBe('7');
    expect(JSON.parse((await attributesOf('bulk'))?.RedrivePolicy ?? '')).toEqual({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:bulk-dead',
      maxReceiveCount: 2,
    });
  } finally {
    tables.destroy();
    queues.destroy();
    await cloud.stop();
  }
});

test('on files, items, messages and logs survive a restart, also with changed attributes', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
  try {
    const first = await startFixtureCloud({ pollers: false, dataDir });
    await first.lambda('receive').invoke({ do: 'store', id: 'kept' });
    await expect(first.lambda('receive').invoke({ do: 'throw' })).rejects.toThrow();
    await first.stop();
    expect(await readFile(join(dataDir, 'logs', 'receive.log'), 'utf8')).toContain('as the test asked');

    const second = await startFixtureCloud({
      dataDir,
      queueAttributes: { bulk: { VisibilityTimeout: '5' } },
    });
    const tables = new DynamoDBClient(clientOptions(second.endpoints.dynamodb));
    const Key = { pk: { S: 'kept' }, sk: { S: 'item' } };
    const { Item } = await tables.send(new GetItemCommand({ TableName: second.tableName, Key }));
    tables.destroy();
    expect(Item).toEqual(Key);
    await second.until((lines) => lines.some(({ functionName }) => functionName === 'collect'));
    await second.stop();
  } finally {
    await rm(dataDir, { recursive: true });
  }
});

test('on files, a message whose visibility is set to 0 is received again (fauxqs 2.4.1 lost it)', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
  const cloud = await startFixtureCloud({ pollers: false, dataDir });
  const client = new SQSClient(clientOptions(cloud.endpoints.sqs));
  try {
    const QueueUrl = cloud.queues.bulk;
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
    const receive = new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'] });
    const { Messages } = await client.send(receive);
    const ReceiptHandle = Messages?.[0]?.ReceiptHandle;
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
    const again = await client.send(receive);
    expect(again.Messages?.[0]?.Attributes?.ApproximateReceiveCount).toBe('2');
  } finally {
    client.destroy();
    await cloud.stop();
    await rm(dataDir, { recursive: true });
  }
});

test('schedules of the template can be triggered by hand', async () => {
  const cloud = await startFixtureCloud({ pollers: false });
  expect(cloud.schedules.everyminute).toMatchObject({ expression: 'rate(1 minute)', enabled: true });
  await expect(cloud.schedules.everyminute?.trigger()).resolves.toEqual(['ticked']);
  await cloud.until((lines) =>
    lines.some(({ said }) => said.tick === 'Scheduled Event' && said.source === 'aws.events'),
  );
  await cloud.stop();
});

test('what the template holds and the local cloud cannot run is an error at the start, and leaves nothing behind', async () => {
  const { Type, Properties } = resources.OrdersToWork;
  const stream = {
    Type,
    Properties: { ...Properties, EventSourceArn: 'arn:aws:kinesis:us-east-1:1:stream/x' },
  };
  await expect(startFixtureCloud({}, { ...resources, OrdersToWork: stream })).rejects.toThrow(
    'reads queues of the template only',
  );
});

test('when the owner is killed, every process of its cloud ends', async () => {
  const owner = fork(fileURLToPath(new URL('./fixtures/owner.ts', import.meta.url)), {
    execPath: process.execPath,
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const [{ pids }] = (await once(owner, 'message')) as [{ pids: number[] }];
  expect(pids.length).toBeGreaterThanOrEqual(3);
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  while (!pids.every(dead)) await new Promise((resolve) => setImmediate(resolve));
});
