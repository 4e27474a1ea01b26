import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import {
  CreateQueueCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { Assembly, Resource } from './assembly.ts';
import { clientOptions } from './endpoints.ts';
import { constructName, physicalName } from './names.ts';
import type { Resolve } from './template.ts';

const SERVER = fileURLToPath(new URL('./runtime/sqs-server.ts', import.meta.url));

/** An SQS to talk to. */
export interface Sqs {
  endpoint: string;
  stop(): Promise<void>;
}

/**
 * Starts fauxqs, or takes an SQS that runs already.
 * @param folder where messages are kept; in memory when left out
 * @param given address of the one that runs; that of SQS_ENDPOINT, if it is set, when left out
 */
export async function startSqs(folder?: string, given = process.env.SQS_ENDPOINT): Promise<Sqs> {
  if (given) return { endpoint: given.replace(/\/$/, ''), stop: async () => undefined };
  const child = fork(SERVER, folder ? [folder] : [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const errors: string[] = [];
  child.stderr?.on('data', (data) => errors.push(String(data)));
  const closed = once(child, 'close');
  const ended = closed.then(() =>
    Promise.reject(new Error(`fauxqs (the local SQS) ended: ${errors.join('').trim()}`)),
  );
  const [{ port }] = (await Promise.race([once(child, 'message'), ended])) as [{ port: number }];
  ended.catch(() => undefined); // From now on its end is what stop() waits for.
  const stop = async (): Promise<void> => {
    child.kill();
    await closed;
  };
  return { endpoint: `http://127.0.0.1:${port}`, stop };
}

/** Properties of the template's queue that are attributes of the API by the same name. */
const QUEUE_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'FifoThroughputLimit',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'SqsManagedSseEnabled',
  'VisibilityTimeout',
];

/** Attributes that differ from the template, by the queue's construct name: a test cannot wait out a visibility time-out. */
export type QueueAttributes = Record<string, Record<string, string>>;

/**
 * Creates the queues of the template, dead-letter queues first; one that exists gets the template's attributes.
 * @param overrides attributes to use instead of the template's
 */
export async function createQueues(
  assembly: Assembly,
  resolve: Resolve,
  endpoint: string,
  overrides: QueueAttributes = {},
): Promise<void> {
  const client = new SQSClient(clientOptions(endpoint));
  const create = (resource: Resource) => {
    const attributes = { ...attributesOf(resource, resolve), ...overrides[constructName(resource)] };
    return createQueue(client, physicalName(assembly, resource), attributes);
  };
  try {
    const queues = assembly.ofType('AWS::SQS::Queue');
    const unknown = Object.keys(overrides).filter(
      (name) => !queues.some((queue) => constructName(queue) === name),
    );
    if (unknown.length > 0) throw new Error(`the template has no queue ${unknown.join(', ')}`);
    await Promise.all(queues.filter((queue) => !queue.properties.RedrivePolicy).map(create));
    await Promise.all(queues.filter((queue) => queue.properties.RedrivePolicy).map(create));
  } finally {
    client.destroy();
  }
}

function attributesOf(resource: Resource, resolve: Resolve): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const name of QUEUE_ATTRIBUTES) {
    const value = resolve(resource.properties[name]);
    if (value !== undefined)
      attributes[name] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  return attributes;
}

/** AWS and its stand-ins name this error in different ways. */
const QUEUE_EXISTS = /QueueNameExists|QueueAlreadyExists/;

async function createQueue(
  client: SQSClient,
  QueueName: string,
  Attributes: Record<string, string>,
): Promise<void> {
  try {
    await client.send(new CreateQueueCommand({ QueueName, Attributes }));
  } catch (cause) {
    if (!(cause instanceof Error && QUEUE_EXISTS.test(cause.name))) throw cause;
    // Kept from an earlier run, and the template has changed since. What kind of queue it is cannot change.
    const { FifoQueue, ...changeable } = Attributes;
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: changeable }));
  }
}
