import { appliers } from '../commands/appliers.ts';
import { openCrm } from '../crm/open-crm.ts';
import type { Patience } from '../crm/pace.ts';
import { siteById } from '../platform/sites.ts';
import { storeSentContact } from '../store/managed-contacts.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import { MANY_CONTACTS } from '../webhooks/webhook.ts';
import { MAX_ATTEMPTS } from './attempts.ts';
import { handOutToContacts } from './hand-out.ts';
import { gaveUp, judge, type Verdict } from './verdict.ts';

/** Tries once to apply a job of operations.fifo. @param attempts which try this is, from 1 */
export async function applyJob(
  record: WebhookRecord,
  attempts: number,
  patience: Patience,
): Promise<Verdict> {
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
