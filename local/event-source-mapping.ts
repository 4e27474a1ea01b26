import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Assembly } from './assembly.ts';
import { clientOptions } from './endpoints.ts';
import type { LambdaFunction } from './function.ts';
import { constructName } from './names.ts';
import { succeeded, toSqsEvent } from './sqs-event.ts';
import type { Resolve } from './template.ts';

/** The most that SQS hands out or deletes in one request. */
const SQS_BATCH = 10;
/** The longest that SQS lets a poller wait. */
const LONG_POLL_SECONDS = 20;
/** Lambda's defaults: messages in a batch, and batches at once while a queue has little to do. */
const DEFAULT_BATCH_SIZE = 10;
const DEFAULT_CONCURRENCY = 5;
/** Between two attempts to reach a queue that does not answer. */
const RETRY_MILLISECONDS = 200;

export interface Mapping {
  /** Construct name of the queue. */
  queue: string;
  queueArn: string;
  queueUrl: string;
  target: LambdaFunction;
  batchSize: number;
  windowSeconds: number;
  concurrency: number;
  reportsFailures: boolean;
}

/**
 * The event source mappings of the template.
 * @param functionOf finds a function by its name or ARN
 * @throws when one needs what the local cloud does not have: a source other than SQS, a filter
 */
export function readMappings(
  assembly: Assembly,
  resolve: Resolve,
  functionOf: (nameOrArn: string) => LambdaFunction,
): Mapping[] {
  return assembly.ofType('AWS::Lambda::EventSourceMapping').map(({ logicalId, properties }) => {
    const queueArn = String(resolve(properties.EventSourceArn));
    const queue = assembly
      .ofType('AWS::SQS::Queue')
      .find((each) => resolve({ 'Fn::GetAtt': [each.logicalId, 'Arn'] }) === queueArn);
    if (!queue)
      throw new Error(`${logicalId}: the local cloud reads queues of the template only, not ${queueArn}`);
    if (properties.FilterCriteria) throw new Error(`${logicalId}: the local cloud knows no filter criteria`);
    const scaling = resolve(properties.ScalingConfig) as { MaximumConcurrency?: number } | undefined;
    const responseTypes = (properties.FunctionResponseTypes ?? []) as string[];
    return {
      queue: constructName(queue),
      queueArn,
      queueUrl: String(resolve({ Ref: queue.logicalId })),
      target: functionOf(String(resolve(properties.FunctionName))),
      batchSize: Number(properties.BatchSize ?? DEFAULT_BATCH_SIZE),
      windowSeconds: Number(properties.MaximumBatchingWindowInSeconds ?? 0),
      concurrency: scaling?.MaximumConcurrency ?? DEFAULT_CONCURRENCY,
      reportsFailures: responseTypes.includes('ReportBatchItemFailures'),
    };
  });
}

/**
 * Lambda's poller for one queue. What a function fails on is left alone: the queue's visibility time-out brings
 * it back and its redrive policy gives up. The order within a message group is the queue's doing: it hands out
 * nothing of a group of which something is in flight.
 */
export class EventSourcePoller {
  readonly #mapping: Mapping;
  readonly #client: SQSClient;
  readonly #stop = new AbortController();
  readonly #batches = new Set<Promise<void>>();
  readonly #onLine: (line: string) => void;
  #running: Promise<void> | undefined;

  /**
   * @param endpoint where SQS answers
   * @param onLine takes what the poller has to report
   */
  constructor(mapping: Mapping, endpoint: string, onLine: (line: string) => void) {
    this.#mapping = mapping;
    this.#client = new SQSClient(clientOptions(endpoint));
    this.#onLine = onLine;
  }

  /** Begins to poll; a second call does nothing. */
  start(): void {
    this.#running ??= this.#poll();
  }

  /** Ends polling. Batches under way end with their function's processes, so stop the functions first. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await Promise.all(this.#batches);
    this.#client.destroy();
  }

  async #poll(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.#batches.size >= this.#mapping.concurrency) {
        await Promise.race(this.#batches);
        continue;
      }
      const messages = await this.#collect();
      if (messages.length === 0) continue;
      const batch = this.#deliver(messages).finally(() => this.#batches.delete(batch));
      this.#batches.add(batch);
    }
  }

  /** One batch: what the first request brings, and while the window is open what follows. */
  async #collect(): Promise<Message[]> {
    const { batchSize, windowSeconds } = this.#mapping;
    const messages = await this.#receive(batchSize, LONG_POLL_SECONDS);
    if (messages.length === 0) return messages;
    const end = Date.now() + windowSeconds * 1000;
    for (
      let left = windowSeconds;
      left > 0 && messages.length < batchSize;
      left = (end - Date.now()) / 1000
    ) {
      if (this.#stop.signal.aborted) break;
      // SQS waits in whole seconds; what is left of the last one is waited for here.
      const wait = Math.floor(Math.min(left, LONG_POLL_SECONDS));
      const more = await this.#receive(batchSize - messages.length, wait);
      if (more.length === 0 && wait === 0) await this.#pause(Math.min(left * 1000, RETRY_MILLISECONDS));
      messages.push(...more);
    }
    return messages;
  }

  async #receive(count: number, waitSeconds: number): Promise<Message[]> {
    const command = new ReceiveMessageCommand({
      QueueUrl: this.#mapping.queueUrl,
      MaxNumberOfMessages: Math.min(count, SQS_BATCH),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    try {
      const { Messages = [] } = await this.#client.send(command, { abortSignal: this.#stop.signal });
      return Messages;
    } catch (cause) {
      if (this.#stop.signal.aborted) return [];
      this.#onLine(`${this.#mapping.queue}: cannot receive: ${cause}`);
      await this.#pause(RETRY_MILLISECONDS);
      return [];
    }
  }

  async #deliver(messages: Message[]): Promise<void> {
    const { target, queueArn, reportsFailures } = this.#mapping;
    const result = await target.run(JSON.stringify(toSqsEvent(messages, queueArn)));
    if ('error' in result) return;
    const done = reportsFailures ? succeeded(messages, result.payload) : messages;
    for (let at = 0; at < done.length; at += SQS_BATCH) await this.#delete(done.slice(at, at + SQS_BATCH));
  }

  async #delete(messages: Message[]): Promise<void> {
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
    try {
      await this.#client.send(new DeleteMessageBatchCommand({ QueueUrl: this.#mapping.queueUrl, Entries }));
    } catch (cause) {
      // They come back and are done twice, which can happen on AWS too.
      if (!this.#stop.signal.aborted) this.#onLine(`${this.#mapping.queue}: cannot delete: ${cause}`);
    }
  }

  async #pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }
}
