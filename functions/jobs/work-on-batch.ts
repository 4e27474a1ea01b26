import { openCrm } from '../crm/open-crm.ts';
import type { Failures } from '../members/sync-batch.ts';
import { PIECE, syncBatch } from '../members/sync-batch.ts';
import { reasonOf, Throttled } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { siteById } from '../platform/sites.ts';
import { beginAttempt, postpone, settle } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { backOffSeconds, leftAloneUntil, MAX_ATTEMPTS } from './attempts.ts';
import { bury } from './queues.ts';

/** A batch-sync message that must come back, and in how many seconds. */
export type Return = { webhook: Webhook; delaySeconds: number };

const TIME_FOR_ONE_PIECE_MS = 45_000; // a piece that falls back to single reads; a killed one would run again
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
    const pieces = Array.from({ length: Math.ceil(ofSite.length / PIECE) }, (_, index) =>
      ofSite.slice(index * PIECE, (index + 1) * PIECE),
    );
    for (const [index, piece] of pieces.entries()) {
      const rest = () => pieces.slice(index).flat();
      if (remainingMs() < TIME_FOR_ONE_PIECE_MS) {
        returns.push(...rest().map((webhook) => ({ webhook, delaySeconds: 0 })));
        break;
      }
      try {
        returns.push(...(await workOnPiece(siteId, piece)));
      } catch (error) {
        if (!(error instanceof Throttled)) throw error;
        const delaySeconds = Math.ceil(error.retryAfterMs / 1000);
        await Promise.all(rest().map((webhook) => postponed(webhook, delaySeconds, error.message)));
        returns.push(...rest().map((webhook) => ({ webhook, delaySeconds })));
        break;
      }
    }
  }
  return returns;
}

async function workOnPiece(siteId: string, piece: readonly Webhook[]): Promise<Return[]> {
  const started = performance.now();
  const failures = await tryPiece(siteId, piece);
  const failed = piece.filter(({ contactId }) => failures.has(contactId));
  const returns = await Promise.all(
    failed.map((webhook) => countFailure(webhook, failures.get(webhook.contactId) ?? '')),
  );
  logger.info('batch', {
    site: siteId,
    webhooks: piece.length,
    failed: failed.length,
    reason: [...failures.values()][0],
    ms: Math.round(performance.now() - started),
  });
  return returns.filter((back) => back !== undefined);
}

/** Syncs a piece. Where the CRM refused the whole of it, all of its contacts have failed. */
async function tryPiece(siteId: string, piece: readonly Webhook[]): Promise<Failures> {
  try {
    const site = siteById(siteId);
    return await syncBatch(piece, { site, crm: await openCrm(site, PATIENCE) });
  } catch (error) {
    if (error instanceof Throttled) throw error;
    return new Map(piece.map(({ contactId }) => [contactId, reasonOf(error)]));
  }
}

/** Counts a failed attempt; after the last one the job goes to the dead-letter queue. */
async function countFailure(webhook: Webhook, reason: string): Promise<Return | undefined> {
  const record = await beginAttempt(webhook, leftAloneUntil(0));
  if (!record) return undefined; // it became final after all
  const attempts = record.attempts ?? 1;
  if (attempts >= MAX_ATTEMPTS) {
    await bury(webhook, 'batch-sync');
    const words = `gave up after ${MAX_ATTEMPTS} attempts; last: ${reason}`;
    await settle(webhook, { state: 'failed', reason: words, now: new Date().toISOString() });
    return undefined;
  }
  const delaySeconds = backOffSeconds(attempts);
  await postpone(webhook, { until: leftAloneUntil(delaySeconds), reason, attempts });
  return { webhook, delaySeconds };
}

async function postponed(webhook: Webhook, delaySeconds: number, reason: string): Promise<void> {
  await postpone(webhook, { until: leftAloneUntil(delaySeconds), reason });
}
