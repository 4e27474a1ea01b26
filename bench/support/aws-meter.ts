import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { close, listen } from '../../local/http-server.ts';

/** One request of a function to an AWS service, and what it costs there. */
export type MeteredRequest = {
  /** Such as `PutItem`, `UpdateItem`, `SendMessage`. */
  operation: string;
  /** Of a message: the address of its queue. */
  queue?: string;
  /** Of a request that names one item by its key. */
  key?: { pk: string; sk: string };
  /** A condition forbade it. */
  refused?: true;
  /** Write and read request units, of the table and its indexes together; 0 for SQS. */
  writeUnits: number;
  readUnits: number;
  /** Of the request's body. */
  bytes: number;
  /** When it came and when it was answered, on the clock of `performance.now()`. */
  came: number;
  answered: number;
};

/** Stands between functions and a service, and notes what passes. */
export type AwsMeter = {
  url: string;
  /** What has passed so far, in the order of the answers. Empty it to count anew. */
  requests: MeteredRequest[];
  close(): Promise<void>;
};

const WRITES = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems']);

/** A transaction prepares each write and then makes it. */
const UNITS_OF_A_TRANSACTION = 2;

/**
 * Starts a meter on a free port. DynamoDB is asked to tell the units that each request consumed, indexes included;
 * everything else passes as it is. Of a write that its condition forbids DynamoDB tells no units and charges them all the
 * same: it counts as that of items of up to 1 kB.
 * @param target the service's address, asked for at each request since it may be known only later
 * @param delayMs for which each answer is held back
 */
export async function startAwsMeter(target: () => string, { delayMs = 0 } = {}): Promise<AwsMeter> {
  const requests: MeteredRequest[] = [];
  const agent = new Agent({ keepAlive: true });
  const server = createServer(async (incoming, outgoing) => {
    const came = performance.now();
    const body = await buffer(incoming);
    const [service, operation = ''] = String(incoming.headers['x-amz-target'] ?? '').split('.');
    const isDynamoDb = service?.startsWith('DynamoDB') ?? false;
    const asked: Asked = JSON.parse(body.toString() || '{}');
    const sent = isDynamoDb ? askingForUnits(asked) : body;
    await forward(target(), agent, incoming, sent, outgoing, async (answer) => {
      if (delayMs > 0) await wait(delayMs);
      const told: Told = isDynamoDb ? JSON.parse(answer.toString() || '{}') : {};
      const units = isDynamoDb ? unitsIn(told, asked) : 0;
      const { pk, sk } = asked.Key ?? {};
      const isWrite = WRITES.has(operation);
      requests.push({
        operation,
        ...(asked.QueueUrl !== undefined && { queue: asked.QueueUrl }),
        ...(pk?.S && sk?.S && { key: { pk: pk.S, sk: sk.S } }),
        ...(told.__type?.endsWith(FORBIDDEN) && { refused: true }),
        writeUnits: isWrite ? units : 0,
        readUnits: isWrite ? 0 : units,
        bytes: body.length,
        came,
        answered: performance.now(),
      });
    });
  });
  const url = await listen(server, 0);
  return {
    url,
    requests,
    close: async () => {
      agent.destroy();
      await close(server);
    },
  };
}

/** What is looked at of a request. */
type Asked = { QueueUrl?: string; Key?: Record<string, { S?: string }>; TransactItems?: unknown[] };

/** And of an answer: one ConsumedCapacity, or one for each table of a batch or transaction; or an error. */
type Told = { ConsumedCapacity?: Capacity | Capacity[]; __type?: string };
type Capacity = { CapacityUnits?: number };

const FORBIDDEN = '#ConditionalCheckFailedException';

const askingForUnits = (asked: Asked): Buffer =>
  Buffer.from(JSON.stringify({ ...asked, ReturnConsumedCapacity: 'TOTAL' }));

function unitsIn({ ConsumedCapacity = [], __type: error = '' }: Told, { TransactItems = [] }: Asked): number {
  if (error.endsWith(FORBIDDEN)) return 1;
  if (error.endsWith('#TransactionCanceledException')) return UNITS_OF_A_TRANSACTION * TransactItems.length;
  const all = [ConsumedCapacity].flat();
  return all.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
}

async function forward(
  target: string,
  agent: Agent,
  incoming: IncomingMessage,
  body: Buffer,
  outgoing: ServerResponse,
  onAnswer: (answer: Buffer) => Promise<void>,
): Promise<void> {
  const { hostname, port } = new URL(target);
  const headers = { ...incoming.headers, 'content-length': body.length };
  const { method, url: path } = incoming;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onward = request({ hostname, port, method, path, headers, agent }, async (answer) => {
    const answered = await buffer(answer);
    await onAnswer(answered);
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(answered);
    resolve();
  });
  onward.on('error', () => {
    incoming.socket.destroy();
    resolve();
  });
  onward.end(body);
  await promise;
}
