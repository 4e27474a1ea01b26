import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { recordPart, recordWebhook } from '../store/webhooks.ts';
import { newWebhookId } from '../webhooks/read-webhook.ts';
import { startOfRecord } from '../webhooks/record-start.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { enqueueJob } from './queues.ts';

/**
 * Starts a job of Latchkey's own. Starting it again under the same id is harmless.
 * @throws where its record could not be written: then nothing has started
 */
export async function startJob(job: Webhook, site: Site): Promise<void> {
  await recordWebhook(job, startOfRecord(job, 'operations', site));
  await sendJob(job, site);
}

/** The part of a transaction that starts a job; {@link sendJob} follows. */
export const startPart = (job: Webhook, site: Site) =>
  recordPart(job, startOfRecord(job, 'operations', site));

/** The part of a transaction that records a job for later: the sweep sends it at `at` (ISO time). */
export function startPartAt(job: Omit<Webhook, 'id' | 'receivedAt'>, at: string, site: Site) {
  const due = { ...job, id: newWebhookId(new Date(at)), receivedAt: at };
  return recordPart(due, { ...startOfRecord(due, 'operations', site), pendingAt: at });
}

/** What time it is for a job: at least its own, since the sweep that sent it may have a clock that is ahead. */
export function timeOf({ receivedAt }: Pick<Webhook, 'receivedAt'>): string {
  const now = new Date().toISOString();
  return receivedAt > now ? receivedAt : now;
}

/** Sends the message of a job that is recorded. The sweep finds one whose message SQS refuses. */
export async function sendJob(job: Webhook, site: Site): Promise<void> {
  try {
    await enqueueJob(job, 'operations', site);
  } catch (error) {
    logger.warn('job not sent; the sweep finds it', { webhook: job.id, reason: reasonOf(error) });
  }
}
