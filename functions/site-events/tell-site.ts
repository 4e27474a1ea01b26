import { monotonicFactory } from 'ulid';
import type { Site } from '../platform/config.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import type { SiteEvent, SiteEventType } from '../store/site-events.ts';
import { enqueueSiteEvent } from './queue.ts';

/** What happened to a member. */
export type Happening = { type: SiteEventType; data?: Record<string, unknown> };

const newId = monotonicFactory(); // what happens in one change keeps its order

/** The events that tell a site what happened; none for a site that wants none. */
export function newSiteEvents(
  { id: site, events, recordDays }: Site,
  contactId: string,
  happened: readonly Happening[],
): SiteEvent[] {
  if (!events) return [];
  const now = new Date();
  return happened.map(({ type, data = {} }) => ({
    ...{ id: newId(now.getTime()), site, contactId, type, at: now.toISOString(), data, recordDays },
  }));
}

/**
 * Queues events that are recorded. One that SQS refuses is found by the sweep in its record, so the refusal
 * is no error here.
 */
export async function tellSite(events: readonly SiteEvent[]): Promise<void> {
  for (const event of events) {
    try {
      await enqueueSiteEvent(event, 0);
    } catch (error) {
      const { id, site, contactId, type } = event;
      logger.warn('event not queued', { event: id, site, contact: contactId, type, reason: reasonOf(error) });
    }
  }
}
