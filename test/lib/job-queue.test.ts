import { expect, test } from '@jest/globals';
import {
  configWith,
  functionsOf,
  logicalIdOf,
  named,
  queuesOf,
  resourcesBy,
  sites,
  synthesize,
} from './synthesize.ts';

const DAY_SECONDS = 24 * 60 * 60;

const template = synthesize();
const queues = queuesOf(template);
const functions = functionsOf(template);
const arnOf = (queue: string) => ({
  'Fn::GetAtt': [logicalIdOf(template, named(queues, queue)), 'Arn'],
});

const pairs = [
  { queue: 'operations.fifo', dead: 'operations-dead.fifo', consumer: 'work' },
  { queue: 'batch-sync', dead: 'batch-sync-dead', consumer: 'sync-batch' },
  { queue: 'deliveries.fifo', dead: 'deliveries-dead.fifo', consumer: 'relay' },
  { queue: 'site-events.fifo', dead: 'site-events-dead.fifo', consumer: 'notify' },
];

test('there are four queues with one dead-letter queue each', () => {
  expect(Object.keys(queues).sort()).toEqual(pairs.flatMap(({ queue, dead }) => [queue, dead]).sort());
});

test('every queue keeps its messages for 14 days, encrypted, and takes TLS only', () => {
  for (const queue of Object.values(queues)) {
    expect(queue.Properties).toMatchObject({
      MessageRetentionPeriod: 14 * DAY_SECONDS,
      SqsManagedSseEnabled: true,
    });
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: logicalIdOf(template, queue) }],
      PolicyDocument: {
        Statement: [{ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }],
      },
    });
  }
});

test.each(pairs)(
  '$queue gives up into $dead, but only after waits for a rate limit cannot be meant',
  (pair) => {
    expect(named(queues, pair.queue).Properties.RedrivePolicy).toEqual({
      deadLetterTargetArn: arnOf(pair.dead),
      maxReceiveCount: 1000,
    });
    expect(named(queues, pair.dead).Properties).not.toHaveProperty('RedrivePolicy');
  },
);

test.each(pairs)('$queue hides a message for at least six time-outs of $consumer', ({ queue, consumer }) => {
  const timeout = named(functions, consumer).Properties.Timeout;
  expect(named(queues, queue).Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * timeout);
});

test.each(['operations', 'deliveries', 'site-events'])(
  '%s is a FIFO queue of high throughput whose messages are named by their sender',
  (queue) => {
    const highThroughput = {
      FifoQueue: true,
      DeduplicationScope: 'messageGroup',
      FifoThroughputLimit: 'perMessageGroupId',
      ContentBasedDeduplication: false,
    };
    expect(named(queues, `${queue}.fifo`).Properties).toMatchObject(highThroughput);
    expect(named(queues, `${queue}-dead.fifo`).Properties).toMatchObject(highThroughput);
  },
);

test('batch-sync is a standard queue, because only those delay single messages', () => {
  expect(named(queues, 'batch-sync').Properties).not.toHaveProperty('FifoQueue');
  expect(named(queues, 'batch-sync').Properties).not.toHaveProperty('DelaySeconds');
});

const sourcesOf = (of = template) => {
  const functions = functionsOf(of);
  return resourcesBy(of, 'AWS::Lambda::EventSourceMapping', ({ FunctionName }) => {
    const names = Object.keys(functions);
    return names.find((name) => logicalIdOf(of, named(functions, name)) === FunctionName.Ref) ?? '';
  });
};

test('each worker takes batches with partial responses and bounded concurrency', () => {
  const sources = sourcesOf();
  expect(Object.keys(sources).sort()).toEqual(['notify', 'relay', 'sync-batch', 'work']);
  expect(sources.work?.Properties).toMatchObject({
    EventSourceArn: arnOf('operations.fifo'),
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 5 },
  });
  expect(sources.relay?.Properties).toMatchObject({
    EventSourceArn: arnOf('deliveries.fifo'),
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
  });
  expect(sources.notify?.Properties).toMatchObject({
    EventSourceArn: arnOf('site-events.fifo'),
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 5 },
  });
  expect(sources['sync-batch']?.Properties).toMatchObject({
    EventSourceArn: arnOf('batch-sync'),
    BatchSize: 1000,
    MaximumBatchingWindowInSeconds: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: 2 },
  });
});

test.each([
  [3, 4, 3], // twelve requests at once, and as many that wait for their turn, ten in each invocation
  [30, 50, 20],
])(
  'so many invocations relay as %d sites with %d requests at once keep busy: %d, of 20 at most',
  (count, concurrency, most) => {
    const target = { relay: { url: 'https://academy.example.com/', concurrency } };
    const config = configWith({ sites: sites(count).map((site) => ({ ...site, target })) });
    expect(sourcesOf(synthesize({ config })).relay?.Properties.ScalingConfig).toEqual({
      MaximumConcurrency: most,
    });
  },
);
