import { Duration } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import {
  DeduplicationScope,
  FifoThroughputLimit,
  Queue,
  QueueEncryption,
  type QueueProps,
} from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { LatchkeyFunction } from './latchkey-function.ts';
import { acknowledge } from './nag.ts';

/** The longest SQS allows. A job is never lost to a long week-end, on its way or given up. */
const MESSAGE_RETENTION = Duration.days(14);

/** AWS asks for six times the consumer's time-out, so that a retry of the poller never meets a running batch. */
const VISIBILITY_TIMEOUTS = 6;

/**
 * The highest SQS allows. Waiting for the CRM's rate limit raises the receive count too and must never cost a
 * job, so the worker counts real attempts in the job's record and gives up by itself. This is the backstop
 * for messages that no worker can even begin.
 */
const MAX_RECEIVE_COUNT = 1000;

export interface JobQueueProps {
  readonly stage: string;
  /** One job at a time for each message group (a contact), in the order of arrival. */
  readonly fifo: boolean;
  /** The function that takes the jobs. */
  readonly consumer: LatchkeyFunction;
  /** Most jobs in one invocation: 10 on a FIFO queue; 10,000 on a standard queue with a window. */
  readonly batchSize: number;
  /** How long jobs are collected for one invocation. A FIFO queue has none. */
  readonly batchWindow?: Duration;
  /** Most invocations at once, 2 or more. */
  readonly maxConcurrency: number;
}

/** Jobs on their way to the function that takes them, and beside it the dead letters of those given up. */
export class JobQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** How long jobs are collected before a function gets them. */
  readonly batchWindow: Duration;
  /** How the functions' environment calls the queue: `batch-sync` is BATCH_SYNC. */
  readonly variable: string;

  constructor(scope: Construct, name: string, props: JobQueueProps) {
    super(scope, name);
    this.batchWindow = props.batchWindow ?? Duration.seconds(0);
    this.variable = name.toUpperCase().replaceAll('-', '_');
    const suffix = props.fifo ? '.fifo' : '';
    const common: QueueProps = {
      retentionPeriod: MESSAGE_RETENTION,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      ...(props.fifo && {
        fifo: true,
        // High throughput: each contact has its own limit and its own window of de-duplication.
        deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
        fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
        // Two equal webhooks are two jobs; the sender of a job names it.
        contentBasedDeduplication: false,
      }),
    };
    this.deadLetters = new Queue(this, 'dead-letters', {
      ...common,
      queueName: `latchkey-${props.stage}-${name}-dead${suffix}`,
    });
    acknowledge(this.deadLetters, {
      'Serverless-SQSRedrivePolicy': 'These are the dead letters: an operator replays them.',
    });
    this.queue = new Queue(this, 'queue', {
      ...common,
      queueName: `latchkey-${props.stage}-${name}${suffix}`,
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUTS * props.consumer.timeout.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
    this.#feed(props);
  }

  /** CDK's own event source would also grant sqs:GetQueueUrl, which nobody needs. */
  #feed({ consumer, batchSize, batchWindow, maxConcurrency }: JobQueueProps): void {
    const consume = Grant.addToPrincipal({
      grantee: consumer.lambda,
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'],
      resourceArns: [this.queue.queueArn],
    });
    const source = new EventSourceMapping(this, 'source', {
      target: consumer.lambda,
      eventSourceArn: this.queue.queueArn,
      batchSize,
      ...(batchWindow && { maxBatchingWindow: batchWindow }),
      maxConcurrency,
      reportBatchItemFailures: true,
    });
    // Lambda checks the rights when the mapping is made.
    consume.applyBefore(source);
    acknowledge(source, {
      'Serverless-LambdaEventSourceMappingDestination':
        'Only streams have such a destination; a queue has its redrive policy.',
    });
  }
}
