import { appliers } from '../commands/appliers.ts';
import { type CrmCalls, countsOf } from '../crm/calls.ts';
import { openCrm } from '../crm/open-crm.ts';
import type { Patience } from '../crm/pace.ts';
import { siteById } from '../platform/sites.ts';
import { beginAttempt, Held } from '../store/job-attempts.ts';
import { storeSentContact } from '../store/managed-contacts.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import { MANY_CONTACTS } from '../webhooks/webhook.ts';
import { ComeBack, HOLD_SECONDS, leftAloneUntil, MAX_ATTEMPTS } from './attempts.ts';
import { carryOut } from './carry-out.ts';
import { handOutToContacts } from './hand-out.ts';
import { logAttempt } from './log-attempt.ts';
import { gaveUp, judge, type Verdict } from './verdict.ts';

const COMES_BACK_SECONDS = 360; // the queue's visibility: until then the message comes back by itself

/**
 * Tries a job once, ends it or sends it back, and writes one log line about it.
 * @throws ComeBack where the job is not final afterwards
 */
export async function attemptJob(pending: WebhookRecord, patience: Patience): Promise<void> {
  const at = new Date().toISOString();
  const started = performance.now();
  const record = await begin(pending);
  if (!record) return; // somebody else ended it since it was read
  const calls: CrmCalls = [];
  const verdict = await attempt(record, record.attempts ?? 1, { ...patience, calls });
  const over = { verdict, at, ms: Math.round(performance.now() - started), calls };
  await carryOut(over, record, 'operations');
  logAttempt(record, over, countsOf(calls));
  const { outcome, reason } = verdict;
  if (outcome === 'postponed') throw new ComeBack(reason, verdict.delaySeconds);
}

async function begin(pending: WebhookRecord): Promise<WebhookRecord | undefined> {
  const held = new Date(Date.now() + HOLD_SECONDS * 1000).toISOString();
  try {
    return await beginAttempt(pending, { held, leftAlone: leftAloneUntil(COMES_BACK_SECONDS) });
  } catch (error) {
    if (!(error instanceof Held)) throw error;
    throw new ComeBack(error.message, Math.ceil((Date.parse(error.until) - Date.now()) / 1000) + 1);
  }
}

async function attempt(record: WebhookRecord, attempts: number, patience: Patience): Promise<Verdict> {
  // The worker died in each of them, and so might this one.
  if (attempts > MAX_ATTEMPTS) return gaveUp(record.reason ?? 'ended without a word: crash or time-out');
  try {
    return await apply(record, attempts, patience);
  } catch (error) {
    return judge(error, attempts);
  }
}

async function apply(record: WebhookRecord, attempts: number, patience: Patience): Promise<Verdict> {
  if (record.contactId === MANY_CONTACTS) {
    return { outcome: 'applied', reason: await handOutToContacts(record, patience) };
  }
  const { contact, ...secrets } = record.secrets ?? {};
  if (contact) await storeSentContact(record, contact);
  const applier = appliers[record.command];
  if (!applier) throw new Error(`this release cannot apply ${record.command}: a newer one took it`);
  const site = siteById(record.site);
  const job = { ...record, parameters: { ...record.parameters, ...secrets }, attempt: attempts };
  const world = { site, crm: await openCrm(site, patience), remainingMs: patience.remainingMs };
  return { outcome: 'applied', reason: await applier(job, world) };
}
