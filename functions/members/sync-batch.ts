import pMap from 'p-map';
import type { Contact, Crm } from '../crm/crm.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { takeBatchWaiting } from '../store/flags.ts';
import { webhookKey } from '../store/keys.ts';
import { readMembers } from '../store/members.ts';
import { readItems } from '../store/table.ts';
import type { WebhookId, WebhookRecord } from '../store/webhooks.ts';
import { recordLate } from '../webhooks/record-late.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { type Pull, storeGone, storeSynced } from './sync-member.ts';

const AT_ONCE = 25; // contacts side by side, each a few small writes

/** Contacts whose sync failed, with why. */
export type Failures = Map<string, unknown>;

/** What a sync came to, for the webhooks that it served. */
export type SyncEnd = { outcome: 'applied' | 'rejected'; reason: string };

/** Ends a webhook with what its sync came to; one that is final already stays as it is. */
export type EndWebhook = (webhook: WebhookId, end: SyncEnd) => Promise<void>;

/**
 * Syncs the contacts of waiting webhooks of one site with a bulk read, and ends their webhooks,
 * those that joined them included. One contact's failure is its own.
 * @param endWebhook called once a contact's pull is stored, for each webhook that it served
 * @returns the webhooks that have to be tried again
 * @throws what the CRM refused the bulk read with; then nothing was synced
 */
export async function syncBatch(
  webhooks: readonly Webhook[],
  { site, crm }: { site: Site; crm: Pick<Crm, 'readContacts'> },
  endWebhook: EndWebhook,
): Promise<Failures> {
  const pending = await stillPending(webhooks);
  const byContact = Map.groupBy(pending, ({ contactId }) => contactId);
  const taken = await pMap(
    byContact,
    async ([contactId, own]) => {
      const { requestedVersion, syncedVersion, syncedAt, waiting } = await takeBatchWaiting(
        site.id,
        contactId,
      );
      const served = new Set([...own.map(({ id }) => id), ...waiting]);
      const webhookIds = [...served].map((id) => ({ site: site.id, contactId, id }));
      // The second rule holds where DynamoDB refused to raise the flag and SQS took the job.
      const isDue = requestedVersion > syncedVersion || own.some(({ receivedAt }) => receivedAt > syncedAt);
      return { contactId, version: requestedVersion, isDue, webhookIds };
    },
    { concurrency: AT_ONCE },
  );
  const due = taken.filter(({ isDue }) => isDue).map(({ contactId }) => contactId);
  const members = await readMembers(site.id, due);
  const pulledAt = new Date().toISOString();
  const contacts = await crm.readContacts(due);

  const failures: Failures = new Map();
  await pMap(
    taken,
    async (contact) => {
      try {
        const { contactId, version } = contact;
        const pull = { version, pulledAt, member: members.get(contactId) };
        const end = await finish(contact, contacts.get(contactId), pull, site);
        for (const webhook of contact.webhookIds) await endWebhook(webhook, end);
      } catch (error) {
        failures.set(contact.contactId, error);
      }
    },
    { concurrency: AT_ONCE },
  );
  return failures;
}

/** @throws what the contact could not be read with, where trying again may help */
async function finish(
  { contactId, isDue }: { contactId: string; isDue: boolean },
  contact: Contact | Error | undefined,
  pull: Pull,
  site: Site,
): Promise<SyncEnd> {
  if (!isDue) return { outcome: 'applied', reason: 'nothing to pull: synced since this webhook arrived' };
  if (!contact) return { outcome: 'rejected', reason: (await storeGone(site, contactId, pull)).message };
  if (contact instanceof Rejected) return { outcome: 'rejected', reason: contact.message };
  if (contact instanceof Error) throw contact;
  await storeSynced(site, contact, pull);
  return { outcome: 'applied', reason: 'pulled from the CRM in bulk' };
}

/** The webhooks that are not final; one whose record is missing is recorded and flagged first. */
async function stillPending(webhooks: readonly Webhook[]): Promise<Webhook[]> {
  const records = (await readItems(webhooks.map(webhookKey))) as WebhookRecord[];
  const states = new Map(records.map(({ id, state }) => [id, state]));
  const missing = webhooks.filter(({ id }) => !states.has(id));
  await pMap(missing, (webhook) => recordLate(webhook, 'batch-sync'), { concurrency: AT_ONCE });
  return webhooks.filter(({ id }) => (states.get(id) ?? 'queued') === 'queued');
}
