import type { Definition } from '../commands/definition.ts';
import { Problem } from '../http/problem.ts';
import { enqueueJob, enqueueRecording } from '../jobs/queues.ts';
import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { raiseFlag, raiseFlagForBatch } from '../store/flags.ts';
import { leaveFlagToSweep, type QueueName, recordWebhook } from '../store/webhooks.ts';
import { startOfRecord } from './record-start.ts';
import { MANY_CONTACTS, raisesFlag, type Webhook } from './webhook.ts';

/** What became of an accepted webhook. */
export type Accepted = {
  status: 'flagged' | 'queued' | 'duplicate';
  /** A batch sync of this contact was waiting already; that one serves this webhook too. */
  joined?: true;
  /** The webhook that it is identical to: that one counts. */
  duplicateOf?: string;
};

const RETRY_AFTER_SECONDS = 30;

/**
 * Makes a webhook durable: its record, its flag and, where it has heavy work, its job, side by side. What
 * DynamoDB refuses is handed to SQS; a job that SQS refuses is found by the sweep in its record, and so is a flag that both
 * refuse.
 * Accepting a webhook again under the same id is harmless. The job of one that turns out to be a duplicate may
 * be queued by then: the worker drops it, since the record decides.
 * @param signal ends every call when the time for answering is over
 * @throws Problem 503 where neither DynamoDB nor SQS took it
 */
export async function accept(
  webhook: Webhook,
  definition: Definition,
  site: Site,
  signal?: AbortSignal,
): Promise<Accepted> {
  const queue = queueOf(webhook, definition, site);
  const batch = queue === 'batch-sync' ? await joinBatch(webhook, signal) : undefined;

  // What is in the record alone its job cannot work with before the record is there.
  const isInRecordAlone = (webhook.secrets ?? webhook.request) !== undefined;
  const record = recordWebhook(webhook, startOfRecord(webhook, queue, site), signal);
  const send = () => enqueueJob(webhook, queue as QueueName, site, signal);
  const [recorded, flagged, queued] = await Promise.all([
    succeeds('record', webhook, record),
    batch?.flagged ?? raise(webhook, queue, signal),
    queue !== undefined &&
      !batch?.joined &&
      succeeds('job', webhook, isInRecordAlone ? record.then(send) : send()),
  ]);

  const duplicateOf = recorded ? await record : undefined;
  if (duplicateOf !== undefined) return { status: 'duplicate', duplicateOf };

  const handsOver = !(recorded && flagged);
  const handedOver =
    handsOver && (await succeeds('hand-over', webhook, enqueueRecording(webhook, queue, site, signal)));
  // A job is safe in its record or in its message. A light webhook is done when recorded and flagged.
  const isLightDone = queue === undefined && recorded && flagged;
  const isJobSafe = queue !== undefined && (recorded || (queued && !isInRecordAlone));
  // Its record says that it is done. It is not, so the sweep has to find it.
  const isLeftToSweep = async () =>
    queue === undefined &&
    recorded &&
    (await succeeds('flag due', webhook, leaveFlagToSweep(webhook, signal)));
  if (!isLightDone && !isJobSafe && !handedOver && !(await isLeftToSweep())) {
    throw new Problem(503, 'Neither the table nor the queue took this webhook: send it again.', {
      headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
    });
  }
  if (batch?.joined) return { status: 'queued', joined: true };
  return { status: isLightDone ? 'flagged' : 'queued' };
}

/** The queue that a webhook's heavy work goes to; undefined where flagging is all there is to do. */
function queueOf(webhook: Webhook, definition: Definition, site: Site): QueueName | undefined {
  if (site.target) return 'deliveries';
  if (webhook.contactId === MANY_CONTACTS) return 'operations'; // a worker hands it out to the contacts
  if (webhook.secrets?.contact) return 'operations'; // what was said of the contact is stored in order
  if (definition.handling === 'delay') return 'batch-sync';
  const pullsAtOnce = site.legacyFullUpdate && definition.queuedByLegacyFullUpdate;
  return definition.handling === 'queue' || pullsAtOnce ? 'operations' : undefined;
}

/** Raises the flag of the webhook's contact, where it has one: those of many are raised when it is handed out. */
async function raise(webhook: Webhook, queue: QueueName | undefined, signal?: AbortSignal): Promise<boolean> {
  const { site, contactId, receivedAt } = webhook;
  if (!raisesFlag(contactId, queue)) return true;
  return succeeds('flag', webhook, raiseFlag(site, contactId, receivedAt, signal));
}

/** One job per contact is enough on batch-sync: raises the flag and finds out whether one waits already. */
async function joinBatch(
  webhook: Webhook,
  signal?: AbortSignal,
): Promise<{ flagged: boolean; joined: boolean }> {
  const raised = raiseFlagForBatch(webhook, signal);
  if (await succeeds('flag', webhook, raised)) return { flagged: true, joined: !(await raised) };
  return { flagged: false, joined: false }; // not known to wait, so it is queued
}

/** Whether a write went through. What it means where it did not is for the durability rule to say. */
async function succeeds(what: string, { id }: Webhook, write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    logger.warn('not stored', { webhook: id, what, reason: reasonOf(error) });
    return false;
  }
}
