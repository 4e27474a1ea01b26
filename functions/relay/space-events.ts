import { definition as crmEvent } from '../commands/crm-event.ts';
import { reasonOf } from '../platform/errors.ts';
import { logger } from '../platform/logger.ts';
import { lastRelayedEvent, noteRelayedEvent, parkUntil } from '../store/relayed-events.ts';
import type { WebhookRecord } from '../store/webhooks.ts';
import type { RelaySettings } from './settings.ts';

const MS_PER_DAY = 86_400_000;

const isEvent = ({ command }: WebhookRecord): boolean => command === crmEvent.name;

/**
 * Parks a contact's waiting webhooks where the site wants more time between two of its events. They wait in the table
 * alone, so that whatever else comes for the contact meets no message in its way: an event goes at once, and early,
 * when something stands behind it. None is parked for longer than it would be tried: where more events come than the
 * time lets through, the oldest would outlive their records.
 * @param waiting all of them, oldest first
 * @returns whether all of them wait
 */
export async function spaceEvents(
  waiting: readonly WebhookRecord[],
  { events, giveUpAfterDays }: RelaySettings,
): Promise<boolean> {
  const [oldest] = waiting;
  const { secondsBetween = 0 } = events ?? {};
  if (!oldest || secondsBetween === 0 || !waiting.every(isEvent)) return false;
  const last = await lastRelayedEvent(oldest);
  if (last === undefined) return false;
  const due = new Date(
    Math.min(
      Date.parse(last) + secondsBetween * 1000,
      Date.parse(oldest.receivedAt) + giveUpAfterDays * MS_PER_DAY,
    ),
  ).toISOString();
  if (due <= new Date().toISOString()) return false;
  const isParked = ({ dueAt, pendingAt }: WebhookRecord) => dueAt === due && pendingAt === due;
  for (const record of waiting) if (!isParked(record) && !(await parkUntil(record, due))) return false;
  return true;
}

/**
 * Notes that an event is handed on, where the site wants some time until the next. Never throws: the plugin has it, and
 * what cannot be noted must not have it sent again.
 */
export async function noteEvent(record: WebhookRecord, secondsBetween: number): Promise<void> {
  if (secondsBetween === 0 || !isEvent(record)) return;
  try {
    await noteRelayedEvent(record, secondsBetween);
  } catch (error) {
    const reason = reasonOf(error);
    logger.warn('event not noted; the next may come too soon', { webhook: record.id, reason });
  }
}
