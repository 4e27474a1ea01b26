import { postpone } from '../store/job-attempts.ts';
import { type QueueName, settle } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { leftAloneUntil } from './attempts.ts';
import { bury } from './queues.ts';
import type { Verdict } from './verdict.ts';

/**
 * Writes a verdict down. A failed job goes to the dead-letter queue first: after a crash in between it goes
 * there twice, which is better than not at all.
 */
export async function carryOut(verdict: Verdict, webhook: Webhook, queue: QueueName): Promise<void> {
  const { outcome, reason } = verdict;
  if (outcome === 'postponed') {
    const until = leftAloneUntil(verdict.delaySeconds);
    return postpone(webhook, { until, reason, attempts: verdict.attemptsThatCount });
  }
  if (outcome === 'failed') await bury(webhook, queue);
  await settle(webhook, { state: outcome, reason, now: new Date().toISOString() });
}
