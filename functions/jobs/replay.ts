import type { Site } from '../platform/config.ts';
import { Rejected, reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { raiseFlag } from '../store/flags.ts';
import { replayTogether } from '../store/replays.ts';
import { readRecord } from '../store/webhook-log.ts';
import { REPLAYABLE, type WebhookId, type WebhookRecord } from '../store/webhooks.ts';
import { newWebhookId } from '../webhooks/read-webhook.ts';
import { startOfRecord } from '../webhooks/record-start.ts';
import { raisesFlag, UNKNOWN_CONTACT, type Webhook } from '../webhooks/webhook.ts';
import { enqueueAgain } from './queues.ts';

/**
 * Why a webhook cannot be replayed; undefined where it can. What was applied is not applied again: many commands
 * would add a second time.
 */
export function whyNotReplayed({
  state,
  contactId,
  replayedBy,
  hadSecrets,
}: WebhookRecord): string | undefined {
  if (replayedBy) return `it was replayed already, as ${replayedBy}`;
  if (contactId === UNKNOWN_CONTACT)
    return 'it was refused at the door, and nothing of it was kept: send it again';
  if (hadSecrets) return 'it came with a secret, such as a password, which was not kept: send it again';
  if (REPLAYABLE.includes(state)) return undefined;
  return `it is ${state}: only what failed or was rejected is replayed`;
}

/**
 * Has a webhook tried anew that failed or was rejected: as a webhook of its own with an id of its own, so that what
 * payment providers know of the first try is not taken for an answer to the second. It goes on with what the first
 * had decided, and runs behind the jobs that its contact has by now. Each webhook is replayed once, whoever asks, however often.
 * @returns the webhook that stands in for it, which may be an earlier replay
 * @throws Rejected where it cannot be replayed, with why
 */
export async function replay(record: WebhookRecord, site: Site): Promise<string> {
  const refusal = whyNotReplayed(record);
  if (refusal !== undefined) throw new Rejected(`${record.id} is not replayed: ${refusal}.`);
  const now = new Date();
  const { queue = 'operations', plan, replayOf = record.id } = record;
  const again = { ...asReceived(record), id: newWebhookId(now), receivedAt: now.toISOString() };
  const { duplicateWindowSeconds, ...start } = startOfRecord(again, queue, site);
  const by = await replayTogether(record, again, { ...start, replayOf, plan });
  if (by !== again.id) return by;
  if (raisesFlag(again.contactId, queue)) await raiseFlag(site.id, again.contactId, again.receivedAt);
  try {
    await enqueueAgain(again, queue, 0);
  } catch (error) {
    logger.warn('replay not sent; the sweep finds it', { webhook: by, reason: reasonOf(error) });
  }
  return by;
}

/**
 * Replays what a dead letter is about, when an operator has redriven it.
 * @returns the webhook that stands in for it; undefined where there is nothing to do: it is not failed any more
 */
export async function replayFailed(webhook: WebhookId, site: Site): Promise<string | undefined> {
  const record = await readRecord(site.id, webhook.contactId, webhook.id);
  return record && whyNotReplayed(record) === undefined ? replay(record, site) : undefined;
}

/** The webhook out of its record. Its identity stays behind: the first one has claimed it. */
const asReceived = ({
  site,
  command,
  contactId,
  contactIds,
  parameters,
  request,
}: WebhookRecord): Omit<Webhook, 'id' | 'receivedAt'> => ({
  ...{ site, command, contactId, parameters },
  ...(contactIds && { contactIds }),
  ...(request && { request }),
});
