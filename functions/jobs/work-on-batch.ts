import pMap from 'p-map';
import { type CrmCalls, countsOf } from '../crm/calls.ts';
import { bulkOf, openCrm } from '../crm/open-crm.ts';
import { piecesOf } from '../crm/read-many.ts';
import { type Failures, type SyncEnd, syncBatch } from '../members/sync-batch.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { siteById } from '../platform/sites.ts';
import { countAttempt } from '../store/job-attempts.ts';
import { isRecorded, settle, type WebhookId } from '../store/webhooks.ts';
import type { Webhook } from '../webhooks/webhook.ts';
import { backOffSeconds, leftAloneUntil } from './attempts.ts';
import { carryOut, remember } from './carry-out.ts';
import { logAttempt } from './log-attempt.ts';
import { pieceSize } from './piece-size.ts';
import { judge } from './verdict.ts';

/** A batch-sync message that must come back, and in how many seconds. */
export type Return = { webhook: Webhook; delaySeconds: number };

const AT_ONCE = 25; // webhooks side by side, each a small write or two
/** Pieces side by side of a CRM that reads many contacts in a request: it is asked for one while another is stored. */
const BULK_PIECES_AT_ONCE = 2;
const TIME_FOR_ONE_PIECE_MS = 30_000; // for its bulk read and up to 1,000 stores; single reads stop in time
const PATIENCE = { first: 5_000, later: 10_000 };

/**
 * Works a batch of waiting syncs off, in pieces that their CRM reads in bulk.
 * @returns those that are not final afterwards; near the deadline that is the rest of the batch, untouched
 */
export async function workOnBatch(
  webhooks: readonly Webhook[],
  remainingMs: () => number,
): Promise<Return[]> {
  const returns: Return[] = [];
  for (const [siteId, ofSite] of Map.groupBy(webhooks, ({ site }) => site)) {
    const bulk = bulkOfSite(siteId);
    const inTurn = oneAfterTheOther();
    await pMap(
      piecesOf(ofSite, pieceSize(bulk)),
      async (piece) => {
        const isTimeLeft = remainingMs() >= TIME_FOR_ONE_PIECE_MS;
        const worked = isTimeLeft && (await workOnPiece(siteId, piece, { remainingMs, inTurn }));
        returns.push(...(worked || piece.map(atOnce)));
      },
      { concurrency: bulk > 1 ? BULK_PIECES_AT_ONCE : 1 },
    );
  }
  return returns;
}

/** What a piece has to do with the others of its site. */
type Among = {
  remainingMs: () => number;
  /** Asks the CRM once it has answered the piece before: where that is told to wait, this one has to know of it. */
  inTurn: <T>(ask: () => Promise<T>) => Promise<T>;
};

function oneAfterTheOther(): Among['inTurn'] {
  let before: Promise<unknown> = Promise.resolve();
  return (ask) => {
    const asked = before.then(ask, ask);
    before = asked;
    return asked;
  };
}

const atOnce = (webhook: Webhook): Return => ({ webhook, delaySeconds: 0 });

function bulkOfSite(siteId: string): number {
  try {
    return bulkOf(siteById(siteId));
  } catch {
    return 1; // the site is gone from the config; trying the piece says so, webhook by webhook
  }
}

async function workOnPiece(siteId: string, piece: readonly Webhook[], among: Among): Promise<Return[]> {
  const began: Began = { at: new Date().toISOString(), started: performance.now(), calls: [] };
  const failures = await tryPiece(siteId, piece, began, among);
  const failed = piece.filter(({ contactId }) => failures.has(contactId));
  const returns = await pMap(failed, (webhook) => sendBack(webhook, failures.get(webhook.contactId), began), {
    concurrency: AT_ONCE,
  });
  const [firstFailure] = failures.values();
  logger.info('batch', {
    site: siteId,
    webhooks: piece.length,
    failed: failed.length,
    ...(failed.length > 0 && { reason: reasonOf(firstFailure) }),
    ms: msSince(began),
    ...countsOf(began.calls),
  });
  return returns.filter((back) => back !== undefined);
}

/** An attempt at a piece: when it began (ISO time, and on the clock that durations are taken from), and its requests. */
type Began = { at: string; started: number; calls: CrmCalls };

const msSince = ({ started }: Began): number => Math.round(performance.now() - started);

/** Syncs a piece. Where the CRM refused the whole of it, all of its contacts have failed. */
async function tryPiece(
  siteId: string,
  piece: readonly Webhook[],
  began: Began,
  { remainingMs, inTurn }: Among,
): Promise<Failures> {
  const { calls } = began;
  try {
    const site = siteById(siteId);
    const crm = await openCrm(site, { ...PATIENCE, remainingMs, calls });
    const asked = { readContacts: (ids: readonly string[]) => inTurn(() => crm.readContacts(ids)) };
    return await syncBatch(piece, { site, crm: asked }, (webhook, verdict) => end(webhook, verdict, began));
  } catch (error) {
    return new Map(piece.map(({ contactId }) => [contactId, error]));
  }
}

/** Ends a webhook whose contact was synced. */
async function end(webhook: WebhookId, verdict: SyncEnd, began: Began): Promise<void> {
  const attempt = { ...began, verdict, ms: msSince(began) };
  const { outcome: state, reason } = verdict;
  const now = new Date().toISOString();
  const record = await settle(webhook, { state, reason, now, attempt: remember(attempt) });
  if (record) logAttempt(record, attempt);
}

/** Judges a failed webhook and has it come back where it is not final. */
async function sendBack(webhook: Webhook, error: unknown, began: Began): Promise<Return | undefined> {
  const record = await countAttempt(webhook, leftAloneUntil(0));
  // Without a record the webhook is in its message alone, which must not go; with one, it became final.
  if (!record) return (await isRecorded(webhook)) ? undefined : { webhook, delaySeconds: backOffSeconds(1) };
  const verdict = judge(error, record.attempts ?? 1);
  const attempt = { ...began, verdict, ms: msSince(began) };
  await carryOut(attempt, record, 'batch-sync');
  logAttempt(record, attempt);
  return verdict.outcome === 'postponed' ? { webhook, delaySeconds: verdict.delaySeconds } : undefined;
}
