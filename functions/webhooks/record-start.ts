import type { Site } from '../platform/config.ts';
import type { NewRecord, QueueName } from '../store/webhooks.ts';
import { duplicateWindowOf } from './duplicate-window.ts';
import type { Webhook } from './webhook.ts';

/** A message may take this long to be picked up before the sweep sends another. */
const SWEEP_GRACE_MS = 120_000;

/** How the record of an accepted webhook starts: done when light, queued when it has a job. */
export function startOfRecord(webhook: Webhook, queue: QueueName | undefined, site: Site): NewRecord {
  const { recordDays } = site;
  if (queue === undefined) return { state: 'flagged', recordDays };
  const delayMs = queue === 'batch-sync' ? site.batchDelaySeconds * 1000 : 0;
  const pendingAt = new Date(Date.parse(webhook.receivedAt) + delayMs + SWEEP_GRACE_MS).toISOString();
  const duplicateWindowSeconds = duplicateWindowOf(site, webhook.command);
  return { state: 'queued', queue, pendingAt, recordDays, duplicateWindowSeconds };
}
