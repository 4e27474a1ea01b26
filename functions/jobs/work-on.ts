import type { Patience } from '../crm/pace.ts';
import { siteById } from '../platform/sites.ts';
import { pendingUpTo } from '../store/pending.ts';
import { isRecorded } from '../store/webhooks.ts';
import { recordLate } from '../webhooks/record-late.ts';
import { attemptJob } from './attempt-job.ts';
import type { JobMessage } from './message.ts';
import { replayFailed } from './replay.ts';

/**
 * Works on one message of operations.fifo. The records are the truth and the message is a nudge: jobs of the
 * same contact that came earlier and whose messages were lost run first, and a job that is final is left.
 * @throws ComeBack, or whatever DynamoDB failed with, where the message has to come back
 */
export async function workOn({ task, webhook, queue }: JobMessage, patience: Patience): Promise<void> {
  if (task === 'record') {
    await recordLate(webhook, queue);
    return;
  }
  if (task === 'replay') {
    await replayFailed(webhook, siteById(webhook.site));
    return;
  }
  let pending = await pendingUpTo(webhook);
  if (!pending.some(({ id }) => id === webhook.id)) {
    if (await isRecorded(webhook)) return; // final
    await recordLate(webhook, 'operations');
    pending = await pendingUpTo(webhook);
  }
  for (const record of pending) await attemptJob(record, patience);
}
