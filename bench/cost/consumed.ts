import type { MeteredRequest } from '../support/aws-meter.ts';
import type { Ledger, LogLine } from '../support/metered-product.ts';
import { GATEWAY_STEP_BYTES, LOG_LINE_BYTES, SQS_STEP_BYTES } from './prices.ts';

/** What one webhook, or one visit, takes of each service: on average, where many are worked on together. */
export type Consumed = Counted & Weighed;

/** What is the same on every machine. */
export type Counted = {
  gatewayRequests: number;
  lambdaRequests: number;
  writeUnits: number;
  readUnits: number;
  sqsRequests: number;
  sqsFifoRequests: number;
};

/** What depends on the machine, or on how long a contact's id is. */
export type Weighed = {
  /** Time of the function that answers, in ms, and of all that work afterwards. */
  answerMs: number;
  workMs: number;
  /** Memory times time, of all functions together. */
  gigabyteSeconds: number;
  logBytes: number;
  /** Of the answer, with its headers. */
  answerBytes: number;
  /** What is kept until it expires: in the table, and in its indexes. */
  itemBytes: number;
  indexBytes: number;
};

/** What was seen of some webhooks. */
export type Seen = {
  ledger: Ledger;
  /** How many they were. */
  webhooks: number;
  /** What they sent, and were answered, in bytes together. */
  sentBytes: number;
  answerBytes: number;
};

const ACCESS_LOG = 'webhooks/access-log';
/** What the local cloud says itself: on AWS there is no such log. */
const NO_LOG = 'local-cloud';
/** The most that is received or deleted in one request. */
const SQS_BATCH = 10;

/** Counts what some webhooks took, each on average. */
export function countedIn({ ledger, webhooks, sentBytes }: Seen): Counted {
  const { dynamodb, sqs, invocations, lines } = ledger;
  const requests = (fifo: boolean): number =>
    sum(
      sqs.map(({ queue = '', bytes }) =>
        queue.endsWith('.fifo') === fifo ? steps(bytes, SQS_STEP_BYTES) : 0,
      ),
    ) +
    sum(invocations.map(({ batch }) => (batch?.fifo === fifo ? 2 * steps(batch.messages, SQS_BATCH) : 0)));
  const turns = dynamodb.filter((each) => isTurn(each) && !each.refused).length;
  const answered = lines.filter(({ log }) => log === ACCESS_LOG).length;
  const counted = {
    gatewayRequests: answered * steps(sentBytes / Math.max(answered, 1), GATEWAY_STEP_BYTES),
    lambdaRequests: invocations.length,
    writeUnits: unitsOfTurns(turns) + sum(dynamodb.map((each) => (isTurn(each) ? 0 : each.writeUnits))),
    readUnits: sum(dynamodb.map(({ readUnits }) => readUnits)),
    sqsRequests: requests(false),
    sqsFifoRequests: requests(true),
  };
  return mapValues(counted, (total) => total / webhooks);
}

/** Whether it asks for a turn at a CRM account. */
const isTurn = ({ key, writeUnits }: MeteredRequest): boolean =>
  writeUnits > 0 && (key?.pk.startsWith('pace#') ?? false);

/**
 * The first turn at an account that is at rest takes one write that is refused, and one that is not; those that follow in
 * time one each. What a slow machine misses, and asks for anew, is not counted.
 */
const unitsOfTurns = (turns: number): number => (turns > 0 ? turns + 1 : 0);

/**
 * Weighs the same, but for what is stored.
 * @param memoryMegabytes of a function, by its construct name
 */
export function weighedIn(
  { ledger: { invocations, lines }, webhooks, answerBytes }: Seen,
  memoryMegabytes: (functionName: string) => number,
): Omit<Weighed, 'itemBytes' | 'indexBytes'> {
  // One that answers says itself how long it took; around it lies the way through this machine's processes.
  const billed = invocations.map((each) => ({
    ...each,
    ms: each.batch ? each.ms : (saidBy(each.name, lines) ?? each.ms),
  }));
  const ms = (answers: boolean): number =>
    sum(billed.map(({ ms, batch }) => ((batch === undefined) === answers ? ms : 0)));
  const logged = lines.filter(({ log }) => log !== NO_LOG);
  const weighed = {
    answerMs: ms(true),
    workMs: ms(false),
    gigabyteSeconds: sum(
      billed.map(({ name, ms }) => (memoryMegabytes(name) / 1024) * (Math.ceil(ms) / 1000)),
    ),
    logBytes: sum(logged.map(({ line }) => Buffer.byteLength(line) + LOG_LINE_BYTES)),
    answerBytes,
  };
  return mapValues(weighed, (total) => total / webhooks);
}

/** What the lines of a function say of its time, in ms: the mean of several; undefined where they say nothing. */
function saidBy(name: string, lines: readonly LogLine[]): number | undefined {
  const said = lines.flatMap(({ log, line }): number[] => (log === name ? (msIn(line) ?? []) : []));
  return said.length > 0 ? sum(said) / said.length : undefined;
}

function msIn(line: string): [number] | undefined {
  if (!line.includes('"ms":')) return undefined;
  const { ms }: { ms?: number } = JSON.parse(line);
  return ms === undefined ? undefined : [ms];
}

const steps = (amount: number, step: number): number => Math.max(1, Math.ceil(amount / step));

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const mapValues = <Key extends string>(
  record: Record<Key, number>,
  change: (value: number) => number,
): Record<Key, number> =>
  Object.fromEntries(Object.entries<number>(record).map(([name, value]) => [name, change(value)])) as Record<
    Key,
    number
  >;

/**
 * The least of each: what is counted beyond it was done twice, and what took longer shared a processor here, as no Lambda
 * does.
 */
export function leastOf<Values extends Record<string, number>>(all: readonly [Values, ...Values[]]): Values {
  const least = Object.keys(all[0]).map((name) => [name, Math.min(...all.map((each) => each[name] ?? 0))]);
  return Object.fromEntries(least) as Values;
}
