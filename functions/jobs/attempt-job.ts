import type { CrmCalls } from '../crm/calls.ts';
import { beginAttempt, Held } from '../store/job-attempts.ts';
import type { QueueName, WebhookRecord } from '../store/webhooks.ts';
import { ComeBack, leftAloneUntil } from './attempts.ts';
import { carryOut } from './carry-out.ts';
import { logAttempt } from './log-attempt.ts';
import type { Verdict } from './verdict.ts';

/** How the jobs of a queue are tried. */
export type Trial = {
  queue: QueueName;
  /** Longer than the worker's time-out by what clocks may differ, so that an attempt whose hold has ended is over. */
  holdSeconds: number;
  /** The queue's visibility: until then the message of a worker that died comes back by itself. */
  comesBackSeconds: number;
  /**
   * Tries once.
   * @param attempts which try this is, from 1
   * @param calls where to note the requests that it makes
   */
  attempt(record: WebhookRecord, attempts: number, calls: CrmCalls): Promise<Verdict>;
  /** The numbers of those requests that the attempt's log line has. */
  countsOf(calls: CrmCalls): Record<string, number>;
};

/**
 * Tries a job once, ends it or sends it back, and writes one log line about it.
 * @throws ComeBack where the job is not final afterwards
 */
export async function attemptJob(pending: WebhookRecord, trial: Trial): Promise<void> {
  const at = new Date().toISOString();
  const started = performance.now();
  const record = await begin(pending, trial);
  if (!record) return; // somebody else ended it since it was read
  const calls: CrmCalls = [];
  const verdict = await trial.attempt(record, record.attempts ?? 1, calls);
  const over = { verdict, at, ms: Math.round(performance.now() - started), calls };
  await carryOut(over, record, trial.queue);
  logAttempt(record, over, trial.countsOf(calls));
  const { outcome, reason } = verdict;
  if (outcome === 'postponed') throw new ComeBack(reason, verdict.delaySeconds);
}

async function begin(pending: WebhookRecord, trial: Trial): Promise<WebhookRecord | undefined> {
  const held = new Date(Date.now() + trial.holdSeconds * 1000).toISOString();
  try {
    return await beginAttempt(pending, { held, leftAlone: leftAloneUntil(trial.comesBackSeconds) });
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    throw new ComeBack(error.message, Math.ceil((Date.parse(error.until) - Date.now()) / 1000) + 1);
  }
}
