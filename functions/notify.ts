import { fifoWorker } from './jobs/fifo-worker.ts';
import { deliverUpTo } from './site-events/deliver.ts';
import { readSiteEventMessage } from './site-events/queue.ts';

/** Tells sites what happened to their members, in order per contact. */
export const handler = fifoWorker({
  queue: 'site-events',
  timeForOneMs: 15_000, // the time-out of a request, and what follows it
  workOn: (record, remainingMs) => deliverUpTo(readSiteEventMessage(record.body), remainingMs),
});
