import pMap from 'p-map';
import { openCrm } from '../crm/open-crm.ts';
import { type Failures, PIECE, syncBatch } from '../members/sync-batch.ts';
import { reasonOf, Throttled } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { siteById } from '../platform/sites.ts';
import { beginAttempt, isRecorded, postpone, settle } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { backOffSeconds, leftAloneUntil, MAX_ATTEMPTS } from './attempts.ts';
import { bury } from './queues.ts';

/** A batch-sync message that must come back, and in how many seconds. */
export type Return = { webhook: Webhook; delaySeconds: number };

const AT_ONCE = 25; // webhooks side by side, each a small write or two
const TIME_FOR_ONE_PIECE_MS = 30_000; // for its bulk read and a hundred stores; single reads stop in time
const PATIENCE = { first: 5_000, later: 10_000 };

/**
 * Works a batch of waiting syncs off, in pieces of a hundred contacts a site.
 * @returns those that are not final afterwards; near the deadline that is the rest of the batch, untouched
 */
export async function workOnBatch(
  webhooks: readonly Webhook[],
  remainingMs: () => number,
): Promise<Return[]> {
  const returns: Return[] = [];
  for (const [siteId, ofSite] of Map.groupBy(webhooks, ({ site }) => site)) {
    for (let start = 0; start < ofSite.length; start += PIECE) {
      if (remainingMs() < TIME_FOR_ONE_PIECE_MS) {
        returns.push(...ofSite.slice(start).map((webhook) => ({ webhook, delaySeconds: 0 })));
        break;
      }
      returns.push(...(await workOnPiece(siteId, ofSite.slice(start, start + PIECE), remainingMs)));
    }
  }
  return returns;
}

async function workOnPiece(
  siteId: string,
  piece: readonly Webhook[],
  remainingMs: () => number,
): Promise<Return[]> {
  const started = performance.now();
  const failures = await tryPiece(siteId, piece, remainingMs);
  const failed = piece.filter(({ contactId }) => failures.has(contactId));
  const returns = await pMap(failed, (webhook) => sendBack(webhook, failures.get(webhook.contactId)), {
    concurrency: AT_ONCE,
  });
  const [firstFailure] = failures.values();
  logger.info('batch', {
    site: siteId,
    webhooks: piece.length,
    failed: failed.length,
    ...(failed.length > 0 && { reason: reasonOf(firstFailure) }),
    ms: Math.round(performance.now() - started),
  });
  return returns.filter((back) => back !== undefined);
}

/** Syncs a piece. Where the CRM refused the whole of it, all of its contacts have failed. */
async function tryPiece(
  siteId: string,
  piece: readonly Webhook[],
  remainingMs: () => number,
): Promise<Failures> {
  try {
    const site = siteById(siteId);
    return await syncBatch(piece, { site, crm: await openCrm(site, { ...PATIENCE, remainingMs }) });
  } catch (error) {
    return new Map(piece.map(({ contactId }) => [contactId, error]));
  }
}

/** Has a webhook come back. Waiting for the CRM's limit costs no attempt; after the last one the job is given up. */
async function sendBack(webhook: Webhook, error: unknown): Promise<Return | undefined> {
  const reason = reasonOf(error);
  if (error instanceof Throttled) {
    const delaySeconds = Math.ceil(error.retryAfterMs / 1000);
    await postpone(webhook, { until: leftAloneUntil(delaySeconds), reason });
    return { webhook, delaySeconds };
  }
  const record = await beginAttempt(webhook, leftAloneUntil(0));
  // Without a record the webhook is in its message alone, which must not go; with one, it became final.
  if (!record) return (await isRecorded(webhook)) ? undefined : { webhook, delaySeconds: backOffSeconds(1) };
  const attempts = record.attempts ?? 1;
  if (attempts >= MAX_ATTEMPTS) return giveUp(webhook, reason);
  const delaySeconds = backOffSeconds(attempts);
  await postpone(webhook, { until: leftAloneUntil(delaySeconds), reason, attempts });
  return { webhook, delaySeconds };
}

async function giveUp(webhook: Webhook, lastReason: string): Promise<undefined> {
  await bury(webhook, 'batch-sync');
  const reason = `gave up after ${MAX_ATTEMPTS} attempts; last: ${lastReason}`;
  await settle(webhook, { state: 'failed', reason, now: new Date().toISOString() });
}
