import { countsOf } from '../crm/calls.ts';
import type { Patience } from '../crm/pace.ts';
import { siteById } from '../platform/sites.ts';
import { pendingUpTo } from '../store/pending.ts';
import { readState } from '../store/webhooks.ts';
import { recordLate } from '../webhooks/record-late.ts';
import { applyJob } from './apply-job.ts';
import { attemptJob, type Trial } from './attempt-job.ts';
import { HOLD_SECONDS } from './attempts.ts';
import type { JobMessage } from './message.ts';
import { enqueueJob } from './queues.ts';
import { replayFailed } from './replay.ts';
import { unsealed } from './seal.ts';

const COMES_BACK_SECONDS = 360; // the queue's visibility: until then the message comes back by itself

/**
 * Works on one message of operations.fifo. The records are the truth and the message is a nudge: jobs of the
 * same contact that came earlier and whose messages were lost run first, and a job that is final is left.
 * @throws ComeBack, or whatever DynamoDB failed with, where the message has to come back
 */
export async function workOn(message: JobMessage, patience: Patience): Promise<void> {
  const { task, webhook, queue } = message;
  if (task === 'record') {
    const site = siteById(webhook.site);
    await recordLate(unsealed(message, site), queue);
    // Its job could not be sent before its record was there.
    if (message.sealed !== undefined && queue) await enqueueJob(webhook, queue, site);
    return;
  }
  if (task === 'replay') {
    await replayFailed(webhook, siteById(webhook.site));
    return;
  }
  let pending = await pendingUpTo(webhook, 'operations');
  if (!pending.some(({ id }) => id === webhook.id)) {
    const state = await readState(webhook);
    if (state !== undefined && state !== 'queued') return; // final
    // Its message may be here before its record: one that came in between is pending now.
    if (state === undefined) await recordLate(webhook, 'operations');
    pending = await pendingUpTo(webhook, 'operations');
  }
  const trial: Trial = {
    queue: 'operations',
    holdSeconds: HOLD_SECONDS,
    comesBackSeconds: COMES_BACK_SECONDS,
    attempt: (record, attempts, calls) => applyJob(record, attempts, { ...patience, calls }),
    countsOf,
  };
  for (const record of pending) await attemptJob(record, trial);
}
