import { backOffSeconds, ComeBack, leftAloneUntil } from '../jobs/attempts.ts';
import { reasonOf, Throttled } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { siteById } from '../platform/sites.ts';
import {
  beginDelivery,
  postponeDelivery,
  type SiteEventRecord,
  settleDelivery,
  undeliveredUpTo,
} from '../store/site-events.ts';
import { postToSite } from './post-to-site.ts';
import { burySiteEvent, type SiteEventMessage } from './queue.ts';

/** Tries until an event counts as failed: with the pauses below, a day and a half of the site's outage. */
const MAX_ATTEMPTS = 20;
const LONGEST_PAUSE_SECONDS = 4 * 60 * 60; // a message must come back before SQS' limit of 12 h

const LEASE_SECONDS = 720; // the queue's visibility: until then the message comes back by itself
const TIME_FOR_ONE_MS = 15_000;

/**
 * Tells the site an event, and before it those of the same contact whose messages were lost, so that the
 * site hears them in order.
 * @throws ComeBack where the site did not take one; the later ones wait behind it
 */
export async function deliverUpTo(message: SiteEventMessage, remainingMs: () => number): Promise<void> {
  for (const record of await undeliveredUpTo(message.event, { anew: message.anew ?? false })) {
    if (remainingMs() < TIME_FOR_ONE_MS) throw new ComeBack('no time left in this invocation', 0);
    await deliver(record);
  }
}

async function deliver(record: SiteEventRecord): Promise<void> {
  const begun = await beginDelivery(record, leftAloneUntil(LEASE_SECONDS));
  if (!begun) return; // somebody else brought it to its end since it was read
  const { attempts = 1 } = begun;
  const started = performance.now();
  const line = { event: record.id, site: record.site, contact: record.contactId, type: record.type };
  const log = (outcome: string, reason: string) =>
    logger.info('site event', {
      ...{ ...line, attempt: attempts, outcome, reason },
      ms: Math.round(performance.now() - started),
    });
  try {
    const reason = await postToSite(siteById(record.site), record);
    await settleDelivery(record, { state: 'delivered', reason, now: new Date().toISOString() });
    log('delivered', reason);
  } catch (error) {
    const reason = reasonOf(error);
    if (attempts >= MAX_ATTEMPTS) {
      // The dead letter first: after a crash in between it is there twice, which is better than not at all.
      await burySiteEvent(record, attempts);
      await settleDelivery(record, { state: 'failed', reason, now: new Date().toISOString() });
      log('failed', reason);
      return;
    }
    const pause = backOffSeconds(attempts, LONGEST_PAUSE_SECONDS);
    const delaySeconds = error instanceof Throttled ? Math.max(error.retryAfterMs / 1000, pause) : pause;
    await postponeDelivery(record, { until: leftAloneUntil(delaySeconds), reason, attempts });
    log('postponed', reason);
    throw new ComeBack(reason, Math.min(Math.ceil(delaySeconds), LONGEST_PAUSE_SECONDS));
  }
}
