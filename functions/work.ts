import type { SQSRecord } from 'aws-lambda';
import { fifoWorker } from './jobs/fifo-worker.ts';
import { readMessage } from './jobs/message.ts';
import { workOn } from './jobs/work-on.ts';

/** Works the jobs of operations.fifo off, in order per contact. */
export const handler = fifoWorker({
  queue: 'operations',
  timeForOneMs: 25_000,
  workOn: (record, remainingMs) => workOn(readMessage(record.body), { ...patienceOf(record), remainingMs }),
});

/** Newcomers get in where there is room at once; those who were sent away before get to wait a little. */
function patienceOf(record: SQSRecord) {
  const hasWaited = Number(record.attributes.ApproximateReceiveCount) > 1;
  return { first: hasWaited ? 5_000 : 500, later: 10_000 };
}
