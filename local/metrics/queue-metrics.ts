import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import type { Assembly } from '../assembly.ts';
import { clientOptions } from '../endpoints.ts';
import { physicalName } from '../names.ts';
import type { Resolve } from '../template.ts';
import type { MetricStore } from './metric-store.ts';

/** CloudWatch's names for what SQS tells of a queue. How old its messages are, SQS does not tell. */
const METRICS: Partial<Record<QueueAttributeName, string>> = {
  ApproximateNumberOfMessages: 'ApproximateNumberOfMessagesVisible',
  ApproximateNumberOfMessagesNotVisible: 'ApproximateNumberOfMessagesNotVisible',
  ApproximateNumberOfMessagesDelayed: 'ApproximateNumberOfMessagesDelayed',
};

const EVERY_MS = 10_000;

/** The depths of the template's queues, looked at now and then. */
export class QueueMetrics {
  readonly #queues: { name: string; url: string }[];
  readonly #sqs: SQSClient;
  readonly #store: MetricStore;
  readonly #timer: NodeJS.Timeout;
  #sampling: Promise<void> = Promise.resolve();

  /** @param report takes word of a look that failed: the next one comes anyway */
  constructor(
    { assembly, resolve, endpoint }: { assembly: Assembly; resolve: Resolve; endpoint: string },
    store: MetricStore,
    report: (line: string) => void,
  ) {
    this.#queues = assembly.ofType('AWS::SQS::Queue').map((queue) => ({
      name: physicalName(assembly, queue),
      url: String(resolve({ Ref: queue.logicalId })),
    }));
    this.#sqs = new SQSClient(clientOptions(endpoint));
    this.#store = store;
    this.#timer = setInterval(() => {
      this.sample().catch((cause) => report(`queue metrics: ${cause.message}`));
    }, EVERY_MS).unref();
  }

  /** Looks at all queues now. */
  sample(): Promise<void> {
    this.#sampling = Promise.all(this.#queues.map((queue) => this.#sampleOne(queue))).then(() => undefined);
    return this.#sampling;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sampling.catch(() => undefined); // Whoever asked for it has been told.
    this.#sqs.destroy();
  }

  async #sampleOne({ name, url }: { name: string; url: string }): Promise<void> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: url,
        AttributeNames: Object.keys(METRICS) as QueueAttributeName[],
      }),
    );
    for (const [attribute, metric] of Object.entries(METRICS)) {
      const value = Number(Attributes[attribute as QueueAttributeName] ?? 0);
      this.#store.add({ namespace: 'AWS/SQS', name: metric, dimensions: { QueueName: name } }, value);
    }
  }
}
