import pMap from 'p-map';
import { definitionOf } from '../commands/definition-of.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { enqueueSiteEvent } from '../site-events/queue.ts';
import { raiseFlag } from '../store/flags.ts';
import {
  claimOverdueJob,
  claimOverdueSiteEvent,
  overdueJobs,
  overdueSiteEvents,
  pendingOfContact,
} from '../store/pending.ts';
import type { SiteEventRecord } from '../store/site-events.ts';
import { settle, type WebhookRecord } from '../store/webhooks.ts';
import { raisesFlag } from '../webhooks/webhook.ts';
import { enqueueAgain } from './queues.ts';

/** What a sweep found; `due` are jobs whose date has come: nothing was lost of them. */
export type Swept = { queuedAgain: number; due: number; failed: number };

const AT_ONCE = 10;
const FIRST_WAIT_MS = 120_000;
const LONGEST_WAIT_MS = 3_600_000;
const TIME_TO_STOP_MS = 10_000; // the next sweep goes on where this one stops

/**
 * Queues jobs and events again whose message seems lost: nobody looked after them in the time they were promised. A
 * message that only comes late is harmless, since the records decide what is applied.
 */
export async function sweepUp(remainingMs: () => number): Promise<Swept> {
  const swept: Swept = { queuedAgain: 0, due: 0, failed: 0 };
  const now = new Date().toISOString();
  const inTime = () => remainingMs() >= TIME_TO_STOP_MS;
  await sweepPages(overdueJobs(now), (record) => sweepOne(record, swept), inTime);
  await sweepPages(overdueSiteEvents(now), (event) => sweepSiteEvent(event, swept), inTime);
  return swept;
}

async function sweepPages<Item>(
  pages: AsyncGenerator<Item[]>,
  sweep: (item: Item) => Promise<void>,
  inTime: () => boolean,
): Promise<void> {
  for await (const page of pages) {
    await pMap(page, sweep, { concurrency: AT_ONCE });
    if (!inTime()) return;
  }
}

async function sweepOne(record: WebhookRecord, swept: Swept): Promise<void> {
  const { id, site, command, contactId, queue = 'operations', sweeps = 0 } = record;
  const line = { webhook: id, site, command, contact: contactId };
  // Others have time until a message counts as lost.
  const isDue = record.pendingAt === (record.dueAt ?? record.receivedAt);
  try {
    const until = await behindUntil(record);
    if (until !== undefined) {
      await claimOverdueJob(record, { until, sweeps });
      return;
    }
    if (!(await claimOverdueJob(record, { until: nextSweepAfter(sweeps), sweeps: sweeps + 1 }))) return;
    // Its flag may be what was lost; raising it once too often costs a pull, once too seldom an update.
    if (raisesFlag(contactId, queue)) await raiseFlag(site, contactId, new Date().toISOString());
    if (isLight(record)) {
      await endAsFlagged(record);
      swept.queuedAgain++;
      logger.info('flagged late', line);
      return;
    }
    await enqueueAgain(record, queue, sweeps + 1);
    swept[isDue ? 'due' : 'queuedAgain']++;
    logger.info(isDue ? 'queued on its date' : 'queued again', line);
  } catch (error) {
    swept.failed++;
    logger.error('not queued again; the next sweep tries', { ...line, reason: reasonOf(error) });
  }
}

/** Whether a webhook waits for its flag alone: it has no job, and no queue that would carry one. */
const isLight = ({ queue, command }: WebhookRecord): boolean =>
  queue === undefined && definitionOf(command)?.handling === 'flag';

async function endAsFlagged(record: WebhookRecord): Promise<void> {
  const now = new Date().toISOString();
  const reason = 'flagged by the sweep: neither the flag nor a message could be written on arrival';
  await settle(record, {
    ...{ state: 'flagged', reason, now },
    attempt: { at: now, ms: 0, outcome: 'applied', reason },
  });
}

/**
 * Until when a delivery stands behind another one of its contact that is being looked after: the plugin of a site that is
 * down may take none for days, and messages for all that wait would be many, and say that something was lost.
 * @returns an ISO time; undefined where it is its own turn
 */
async function behindUntil(record: WebhookRecord): Promise<string | undefined> {
  if (record.queue !== 'deliveries') return undefined;
  const [oldest] = await pendingOfContact(record, 'deliveries', 1);
  const { pendingAt = '', dueAt } = oldest ?? {};
  const isLookedAfter = pendingAt > new Date().toISOString() && pendingAt !== dueAt;
  return oldest?.id !== record.id && isLookedAfter ? pendingAt : undefined;
}

async function sweepSiteEvent(event: SiteEventRecord, swept: Swept): Promise<void> {
  const { id, site, contactId, type, sweeps = 0 } = event;
  const line = { event: id, site, contact: contactId, type };
  try {
    if (!(await claimOverdueSiteEvent(event, { until: nextSweepAfter(sweeps), sweeps: sweeps + 1 }))) return;
    await enqueueSiteEvent(event, sweeps + 1);
    swept.queuedAgain++;
    logger.info('queued again', line);
  } catch (error) {
    swept.failed++;
    logger.error('not queued again; the next sweep tries', { ...line, reason: reasonOf(error) });
  }
}

/** ISO time until which no sweep takes again what was swept `sweeps` times before. */
const nextSweepAfter = (sweeps: number): string =>
  new Date(Date.now() + Math.min(FIRST_WAIT_MS * 2 ** sweeps, LONGEST_WAIT_MS)).toISOString();
