import { definitionOf } from '../commands/definition-of.ts';
import { type CrmCalls, told } from '../crm/calls.ts';
import { postpone } from '../store/job-attempts.ts';
import { type PastAttempt, type QueueName, settle, type WebhookRecord } from '../store/webhooks.ts';
import { leftAloneUntil } from './attempts.ts';
import { bury } from './queues.ts';
import type { Verdict } from './verdict.ts';

/** An attempt that is over: what came of it, when it began (ISO time), how long it took, and what it asked of the CRM. */
export type Attempt = { verdict: Verdict; at: string; ms: number; calls: CrmCalls };

/**
 * Writes down what came of an attempt. A failed job goes to the dead-letter queue first: after a crash in between
 * it goes there twice, which is better than not at all.
 */
export async function carryOut(attempt: Attempt, record: WebhookRecord, queue: QueueName): Promise<void> {
  const { verdict } = attempt;
  const { outcome, reason } = verdict;
  if (outcome === 'postponed') {
    const { attemptsThatCount: attempts, delaySeconds } = verdict;
    // One that does not count was sent away by the CRM's limit: that may be often, and is all that there is to say.
    const counts = attempts === record.attempts;
    const remembered = { attempt: counts ? remember(attempt) : undefined };
    return postpone(record, { until: leftAloneUntil(delaySeconds), reason, attempts, ...remembered });
  }
  if (outcome === 'failed') await bury(record, queue);
  const now = new Date().toISOString();
  const isReplayable = outcome !== 'applied';
  const keepsPlan = isReplayable && !definitionOf(record.command)?.forgetsPlan;
  const keeps = { keepsPlan, keepsRequest: isReplayable };
  await settle(record, { state: outcome, reason, now, attempt: remember(attempt), ...keeps });
}

/** An attempt as its webhook's record keeps it. */
export function remember({ verdict: { outcome, reason }, at, ms, calls }: Attempt): PastAttempt {
  const few = told(calls);
  return {
    ...{ at, ms, outcome, reason },
    ...(few.length > 0 && { calls: few }),
    ...(few.length < calls.length && { crmRequests: calls.length }),
  };
}
