import { appliers } from '../commands/appliers.ts';
import { openCrm } from '../crm/open-crm.ts';
import type { Patience } from '../crm/pace.ts';
import { Rejected, reasonOf, Throttled } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { siteById } from '../platform/sites.ts';
import { park } from '../store/pending.ts';
import { beginAttempt, postpone, settle, type WebhookRecord } from '../store/webhooks.ts';
import { MANY_CONTACTS } from '../webhooks/webhook.ts';
import type { Job } from './apply.ts';
import { backOffSeconds, ComeBack, leftAloneUntil, MAX_ATTEMPTS } from './attempts.ts';
import { handOutToContacts } from './hand-out.ts';
import { bury } from './queues.ts';

const LEASE_SECONDS = 360; // the queue's visibility: until then the message comes back by itself

/**
 * Tries a job once and ends it or sends it back, and writes one log line about it. What the class of the
 * error means is decided here alone: `Rejected` ends the job, `Throttled` costs no attempt,
 * anything else is tried again until MAX_ATTEMPTS and then goes to the dead-letter queue.
 * @throws ComeBack where the job is not final afterwards
 */
export async function attemptJob(pending: WebhookRecord, patience: Patience): Promise<void> {
  const started = performance.now();
  const record = await beginAttempt(pending, leftAloneUntil(LEASE_SECONDS));
  if (!record) return; // somebody else ended it since it was read
  const attempt = record.attempts ?? 1;
  const log = (outcome: string, reason: string) =>
    logger.info('job', {
      webhook: record.id,
      site: record.site,
      command: record.command,
      contact: record.contactId,
      attempt,
      outcome,
      reason,
      ms: Math.round(performance.now() - started),
    });

  const end = async (state: 'applied' | 'rejected' | 'failed', reason: string) => {
    await settle(record, { state, reason, now: new Date().toISOString() });
    log(state, reason);
  };
  const giveUp = async (reason: string) => {
    await bury(record, 'operations');
    await end('failed', `gave up after ${MAX_ATTEMPTS} attempts; last: ${reason}`);
  };
  const comeBack = async (reason: string, delaySeconds: number, attempts: number) => {
    await postpone(record, { until: leftAloneUntil(delaySeconds), reason, attempts });
    log('postponed', reason);
    throw new ComeBack(reason, delaySeconds);
  };

  if (attempt > MAX_ATTEMPTS)
    return giveUp(record.reason ?? 'the attempts ended without a word: crash or time-out');
  try {
    const result = await apply(record, attempt, patience);
    if (result === NOT_YET) {
      await park(record, NOT_YET);
      return log('parked', NOT_YET);
    }
    await end('applied', result);
  } catch (error) {
    const reason = reasonOf(error);
    if (error instanceof Rejected) return end('rejected', error.message);
    if (error instanceof Throttled)
      return comeBack(reason, Math.ceil(error.retryAfterMs / 1000), attempt - 1);
    if (attempt >= MAX_ATTEMPTS) return giveUp(reason);
    return comeBack(reason, backOffSeconds(attempt), attempt);
  }
}

const NOT_YET =
  'not yet applied: this release takes the command but cannot carry it out; it is kept until one can';

async function apply(record: WebhookRecord, attempt: number, patience: Patience): Promise<string> {
  if (record.contactId === MANY_CONTACTS) return handOutToContacts(record, patience);
  const applier = appliers[record.command];
  if (!applier) return NOT_YET;
  const site = siteById(record.site);
  const job: Job = { ...record, parameters: { ...record.parameters, ...record.secrets }, attempt };
  return applier(job, { site, crm: await openCrm(site, patience) });
}
