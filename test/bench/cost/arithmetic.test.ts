import { expect, test } from '@jest/globals';
import { type Consumed, countedIn, leastOf, weighedIn } from '../../../bench/cost/consumed.ts';
import { dollarsOf, totalOf } from '../../../bench/cost/dollars.ts';
import { indexBytes, storedBytes } from '../../../bench/cost/item-size.ts';
import { troublesOf } from '../../../bench/cost.ts';

const write = { operation: 'PutItem', writeUnits: 2, readUnits: 0, bytes: 300, came: 0, answered: 0 };
const sent = {
  operation: 'SendMessage',
  writeUnits: 0,
  readUnits: 0,
  bytes: 70_000,
  came: 0,
  answered: 0,
  queue: 'http://a/jobs.fifo',
};
const line = (log: string, said: object) => ({ log, line: JSON.stringify(said) });

/** Two webhooks, and the batch of both. */
const seen = {
  ledger: {
    dynamodb: [
      write,
      write,
      { operation: 'GetItem', writeUnits: 0, readUnits: 1, bytes: 90, came: 0, answered: 0 },
    ],
    sqs: [sent],
    invocations: [
      { name: 'receive', ms: 9 },
      { name: 'receive', ms: 9 },
      { name: 'work', ms: 100.2, batch: { messages: 2, fifo: true } },
    ],
    lines: [
      line('receive', { ms: 4 }),
      line('receive', { ms: 6 }),
      line('webhooks/access-log', { status: '200' }),
      line('webhooks/access-log', { status: '200' }),
      line('local-cloud', { of: 'this machine' }),
    ],
  },
  webhooks: 2,
  sentBytes: 2 * 513 * 1024,
  answerBytes: 500,
};

test('what came is counted in the steps that AWS bills, on average of the webhooks', () => {
  expect(countedIn(seen)).toEqual({
    gatewayRequests: 2, // each is longer than 512 kB
    lambdaRequests: 1.5,
    writeUnits: 2,
    readUnits: 0.5,
    sqsRequests: 0,
    sqsFifoRequests: 2, // a message of two steps; one request that receives both, and one that deletes them
  });
});

test('a turn at a CRM account takes one unit, and the first one more, however often it was missed', () => {
  const turn = {
    ...write,
    operation: 'UpdateItem',
    key: { pk: 'pace#an-account', sk: 'pace' },
    writeUnits: 1,
  };
  const dynamodb = [
    { ...turn, refused: true as const },
    turn,
    turn,
    { ...turn, refused: true as const },
    turn,
  ];
  expect(countedIn({ ...seen, ledger: { ...seen.ledger, dynamodb } }).writeUnits).toBe((3 + 1) / 2);
});

test('one that answers is timed by what it says itself, work by all that Lambda is paid for', () => {
  const weighed = weighedIn(seen, (name) => (name === 'work' ? 1024 : 512));
  expect(weighed).toMatchObject({ answerMs: 5, workMs: 50.1, answerBytes: 250 });
  expect(weighed.gigabyteSeconds).toBeCloseTo((0.005 + 0.101) / 2);
  expect(weighed.logBytes).toBe((2 * '{"ms":4}'.length + 2 * '{"status":"200"}'.length + 4 * 26) / 2);
});

test('of several the least counts, each by itself', () => {
  const counted = countedIn(seen);
  expect(leastOf([counted, { ...counted, writeUnits: 3 }]).writeUnits).toBe(2);
  expect(
    leastOf([
      { ms: 9, bytes: 1 },
      { ms: 3, bytes: 2 },
    ]),
  ).toEqual({ ms: 3, bytes: 1 });
});

test('an item is as large as DynamoDB bills it, and in an index only with its keys', () => {
  const item = {
    pk: { S: 'äb' },
    sk: { S: 'c' },
    n: { N: '-12.5' },
    list: { L: [{ S: 'x' }] },
    map: { M: { k: { BOOL: true } } },
  };
  expect(storedBytes(item)).toBe(100 + (2 + 3) + (2 + 1) + (1 + 3) + (4 + 3 + 1 + 1) + (3 + 3 + 1 + 1 + 1));
  expect(indexBytes(item, ['pk', 'sk'], ['n'])).toBe(100 + 5 + 3 + 4);
  expect(indexBytes(item, ['pk', 'sk'], ['other'])).toBe(0);
});

const light: Consumed = {
  ...{
    gatewayRequests: 1,
    lambdaRequests: 1,
    writeUnits: 3,
    readUnits: 0,
    sqsRequests: 0,
    sqsFifoRequests: 0,
  },
  ...{
    answerMs: 4,
    workMs: 0,
    gigabyteSeconds: 0.002,
    logBytes: 0,
    answerBytes: 0,
    itemBytes: 0,
    indexBytes: 0,
  },
};

test('a million are paid by the list prices', () => {
  const million = (consumed: Consumed): number => totalOf(dollarsOf(consumed)) * 1e6;
  expect(million(light)).toBeCloseTo(1 + 0.2 + 3 * 0.625 + 2000 * 0.0000133334, 5);
  expect(
    million({ ...light, sqsFifoRequests: 3, sqsRequests: 1, readUnits: 2 }) - million(light),
  ).toBeCloseTo(1.5 + 0.4 + 0.25, 5);
  expect(million({ ...light, logBytes: 2 ** 20 }) - million(light)).toBeCloseTo(
    (0.5 + 0.15 * 0.03) * 976.56,
    0,
  );
});

test('a light webhook that is too dear spoils the measurement', () => {
  const costs = (writeUnits: number) => ({
    kinds: [{ name: 'aal_updateuser, flag up', consumed: { ...light, writeUnits } }],
  });
  expect(troublesOf(costs(3))).toEqual([]);
  expect(troublesOf(costs(4))).toEqual(['a million light webhooks cost $3.73, more than $3.50']);
});
