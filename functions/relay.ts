import { fifoWorker } from './jobs/fifo-worker.ts';
import { readMessage } from './jobs/message.ts';
import { GROUPS_AT_ONCE } from './relay/groups-at-once.ts';
import { workOnRelay } from './relay/work-on-relay.ts';

/** Hands webhooks to the plugins that sites have, at the pace each host bears, in order per contact. */
export const handler = fifoWorker({
  queue: 'deliveries',
  groupsAtOnce: GROUPS_AT_ONCE,
  timeForOneMs: 15_000,
  workOn: (record, remainingMs) => {
    // Newcomers get in where there is room at once; those who were sent away before get to wait a little.
    const hasWaited = Number(record.attributes.ApproximateReceiveCount) > 1;
    return workOnRelay(readMessage(record.body), { waitMs: hasWaited ? 5_000 : 200, remainingMs });
  },
});
