import type { SQSEvent } from 'aws-lambda';
import type { Endpoints } from '../../local/endpoints.ts';
import { type Product, type ProductOptions, startProduct } from '../../local/product.ts';
import { type MeteredRequest, startAwsMeter } from './aws-meter.ts';
import { untilQuiet } from './quiet.ts';

/** One run of a function. */
export type Invocation = {
  /** Construct name of the function. */
  name: string;
  /** From the event to the answer, in ms: what Lambda bills of a warm one. */
  ms: number;
  /** What came from a queue: how many messages, and whether it keeps their order. */
  batch?: { messages: number; fifo: boolean };
};

/** A line that was written, and to which log. */
export type LogLine = { log: string; line: string };

/** All that AWS would charge for, as far as it passes one by one. */
export type Ledger = {
  dynamodb: MeteredRequest[];
  sqs: MeteredRequest[];
  invocations: Invocation[];
  lines: LogLine[];
};

/** Latchkey on this machine, with everything counted that AWS would charge for. */
export type MeteredProduct = Product & {
  /** Waits until nothing is queued or under way. @throws where that takes minutes */
  quiet(): Promise<void>;
  /** Does something, waits until it has come to its end, and gives what it took. */
  measure(action: () => Promise<unknown>): Promise<Ledger>;
};

const PATIENCE_MS = 600_000;

/** Starts it, the meters between its functions and the services. */
export async function startMeteredProduct(options: ProductOptions): Promise<MeteredProduct> {
  let real: Endpoints | undefined;
  const dynamodb = await startAwsMeter(() => real?.dynamodb ?? '');
  const sqs = await startAwsMeter(() => real?.sqs ?? '');
  const invocations: Invocation[] = [];
  const lines: LogLine[] = [];
  const product = await startProduct({
    ...options,
    schedules: false,
    endpointsOf: (endpoints) => {
      real = endpoints;
      return { dynamodb: dynamodb.url, sqs: sqs.url };
    },
    onLog: (log, line) => {
      lines.push({ log, line });
      options.onLog?.(log, line);
    },
  });
  const underWay = watch(product, invocations);
  const quiet = () => untilQuiet(product, { patienceMs: PATIENCE_MS, isBusy: () => underWay.size > 0 });
  const books = { dynamodb: dynamodb.requests, sqs: sqs.requests, invocations, lines };
  return {
    ...product,
    quiet,
    measure: async (action) => {
      for (const book of Object.values(books)) book.length = 0;
      await action();
      await quiet();
      return {
        dynamodb: [...books.dynamodb],
        sqs: [...books.sqs],
        invocations: [...invocations],
        lines: [...lines],
      };
    },
    stop: async () => {
      await product.stop();
      await Promise.all([dynamodb.close(), sqs.close()]);
    },
  };
}

/** Notes each run of each function. @returns those that are under way */
function watch({ cloud }: Product, invocations: Invocation[]): Set<object> {
  const underWay = new Set<object>();
  for (const each of Object.values(cloud.functions)) {
    const run = each.run.bind(each);
    each.run = async (event) => {
      const started = performance.now();
      const own = {};
      underWay.add(own);
      try {
        return await run(event);
      } finally {
        underWay.delete(own);
        const batch = batchIn(event);
        invocations.push({ name: each.name, ms: performance.now() - started, ...(batch && { batch }) });
      }
    };
  }
  return underWay;
}

function batchIn(event: string): Invocation['batch'] | undefined {
  const { Records }: Partial<SQSEvent> = JSON.parse(event) ?? {};
  const queue = Records?.[0]?.eventSourceARN;
  return Records && queue ? { messages: Records.length, fifo: queue.endsWith('.fifo') } : undefined;
}
