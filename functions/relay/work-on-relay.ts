import { attemptJob, type Trial } from '../jobs/attempt-job.ts';
import { ComeBack } from '../jobs/attempts.ts';
import type { JobMessage } from '../jobs/message.ts';
import { replayFailed } from '../jobs/replay.ts';
import { unsealed } from '../jobs/seal.ts';
import { siteById } from '../platform/sites.ts';
import { pendingOfContact } from '../store/pending.ts';
import { recordLate } from '../webhooks/record-late.ts';
import { coalesce } from './coalesce.ts';
import { handOn, type RelayPatience } from './hand-on.ts';
import { spaceEvents } from './space-events.ts';

/** Longer than the worker's time-out by what clocks may differ. */
export const RELAY_HOLD_SECONDS = 135;
const COMES_BACK_SECONDS = 720; // the queue's visibility: until then the message comes back by itself
const LOOK_AGAIN_SECONDS = 2;
const MOST_LOOKED_AT = 100; // webhooks of a contact: each may be of 256 kB, and is read before each one that goes

/**
 * Works on one message of deliveries.fifo. The records are the truth and the message is a nudge: what waits for the
 * contact is handed on in the order of its arrival, up to the message's own webhook, and updates among it become one.
 * @throws ComeBack, or whatever DynamoDB failed with, where the message has to come back
 */
export async function workOnRelay(message: JobMessage, patience: RelayPatience): Promise<void> {
  const { task, webhook } = message;
  const site = siteById(webhook.site);
  if (task === 'replay') {
    await replayFailed(webhook, site);
    return;
  }
  if (task === 'record') await recordLate(unsealed(message, site), 'deliveries');
  const trial: Trial = {
    queue: 'deliveries',
    holdSeconds: RELAY_HOLD_SECONDS,
    comesBackSeconds: COMES_BACK_SECONDS,
    attempt: (record, attempts, calls) => handOn(record, site, { attempts, calls, patience }),
    countsOf: ({ length }) => ({ pluginRequests: length }),
  };
  const relay = site.target?.relay;
  for (;;) {
    const waiting = await pendingOfContact(webhook, 'deliveries', MOST_LOOKED_AT);
    if (!waiting.some(({ id }) => id <= webhook.id)) return;
    const next = await coalesce(waiting, relay?.updates ?? []);
    if (!next) throw new ComeBack('another worker is at the webhooks of this contact', LOOK_AGAIN_SECONDS);
    const isAll = waiting.length < MOST_LOOKED_AT; // of so many, none waits for more
    if (relay && isAll && (await spaceEvents(waiting.slice(waiting.indexOf(next)), relay))) return;
    await attemptJob(next, trial);
  }
}
