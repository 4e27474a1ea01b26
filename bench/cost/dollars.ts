import type { Consumed } from './consumed.ts';
import * as prices from './prices.ts';

/** What a webhook costs, by what it is paid for, in dollars. */
export type Dollars = Record<(typeof PARTS)[number], number>;

/** What is paid for, in the order in which it is shown. */
export const PARTS = [
  'API Gateway',
  'Lambda requests',
  'Lambda time',
  'writes',
  'reads',
  'SQS',
  'logs',
  'storage',
  'transfer',
] as const;

/** Records live as long by default, and so do log lines: about a month. */
const KEPT_MONTHS = 30 / (365 / 12);

/** What it costs to take so much. */
export function dollarsOf(consumed: Consumed): Dollars {
  const gigabytes = (bytes: number): number => bytes / prices.GIGABYTE;
  const { itemBytes, indexBytes, logBytes } = consumed;
  const logsKept = gigabytes(logBytes) * prices.LOG_COMPRESSED * KEPT_MONTHS * prices.LOG_GIGABYTE_MONTH;
  const stored = gigabytes(itemBytes + indexBytes) * prices.STORED_GIGABYTE_MONTH;
  const backedUp = gigabytes(itemBytes) * prices.BACKUP_GIGABYTE_MONTH;
  return {
    'API Gateway': consumed.gatewayRequests * prices.GATEWAY_REQUEST,
    'Lambda requests': consumed.lambdaRequests * prices.LAMBDA_REQUEST,
    'Lambda time': consumed.gigabyteSeconds * prices.LAMBDA_GIGABYTE_SECOND,
    writes: consumed.writeUnits * prices.WRITE_UNIT,
    reads: consumed.readUnits * prices.READ_UNIT,
    SQS: consumed.sqsRequests * prices.SQS_REQUEST + consumed.sqsFifoRequests * prices.SQS_FIFO_REQUEST,
    logs: gigabytes(logBytes) * prices.LOG_GIGABYTE + logsKept,
    storage: (stored + backedUp) * KEPT_MONTHS,
    transfer: gigabytes(consumed.answerBytes) * prices.OUT_GIGABYTE,
  };
}

/** All of it together. */
export const totalOf = (dollars: Dollars): number => PARTS.reduce((total, part) => total + dollars[part], 0);
