import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import { deadLettersIn, queuesIn } from '../outputs.ts';

/** A queue of jobs and the one where its dead letters lie, by their URLs. */
export type DeadLetterQueue = { name: string; queueUrl: string; deadLetterUrl: string };

/** The queues that have dead letters, by what the deployment printed. */
export function deadLetterQueues(outputs: Record<string, string>): DeadLetterQueue[] {
  const deadLetters = deadLettersIn(outputs);
  return [...queuesIn(outputs)].flatMap(([name, queueUrl]) => {
    const deadLetterUrl = deadLetters.get(name);
    return deadLetterUrl === undefined ? [] : [{ name, queueUrl, deadLetterUrl }];
  });
}

/** What SQS calls it, as a FIFO queue or a standard one has it, where a receipt's time is over. */
const CAME_BACK = /^(MessageNotInflight|InvalidParameterValue|ReceiptHandleIsInvalid)/;

const HIDDEN_SECONDS = 60; // while they are looked at; a crash lets them come back

/** The dead letters of a queue while an operator looks at them. Made after `openPlace`. */
export class DeadLetters {
  readonly #queue: DeadLetterQueue;
  readonly #sqs = new SQSClient({
    requestHandler: { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
  });

  constructor(queue: DeadLetterQueue) {
    this.#queue = queue;
  }

  /** How many there are, roughly, as SQS counts. */
  async count(): Promise<number> {
    const { Attributes = {} } = await this.#sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: this.#queue.deadLetterUrl,
        AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
      }),
    );
    return Object.values(Attributes).reduce((sum, count) => sum + Number(count), 0);
  }

  /** Takes dead letters, a few at a time, until there are none left. Who takes one deletes it or puts it back. */
  async *take(): AsyncGenerator<Message[]> {
    for (;;) {
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: this.#queue.deadLetterUrl,
          MaxNumberOfMessages: 10,
          VisibilityTimeout: HIDDEN_SECONDS,
          WaitTimeSeconds: 1, // a look at all of SQS' servers: a short one misses some
          MessageSystemAttributeNames: ['MessageGroupId'],
        }),
      );
      if (Messages.length === 0) return;
      yield Messages;
    }
  }

  /** Moves a dead letter to the queue it came from. After a crash in between it is in both, which is harmless. */
  async redrive({ Body = '', Attributes, MessageId = '', ...message }: Message): Promise<void> {
    const group = Attributes?.MessageGroupId;
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#queue.queueUrl,
        MessageBody: Body,
        ...(group !== undefined && { MessageGroupId: group }),
        ...(this.#queue.queueUrl.endsWith('.fifo') && { MessageDeduplicationId: `redriven:${MessageId}` }),
      }),
    );
    await this.delete(message);
  }

  async delete({ ReceiptHandle }: Message): Promise<void> {
    await this.#sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queue.deadLetterUrl, ReceiptHandle }));
  }

  /** Puts a dead letter back, for others to see at once. One that has come back by itself meanwhile is there already. */
  async putBack({ ReceiptHandle }: Message): Promise<void> {
    const QueueUrl = this.#queue.deadLetterUrl;
    try {
      await this.#sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
    } catch (error) {
      if (!(error instanceof SQSServiceException) || !CAME_BACK.test(error.name)) throw error;
    }
  }

  close(): void {
    this.#sqs.destroy();
  }
}
