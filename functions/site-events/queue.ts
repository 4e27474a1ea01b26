import { parseJson } from '../platform/parse-json.ts';
import { deadLettersOf, sendMessage } from '../platform/queues.ts';
import type { SiteEventId } from '../store/site-events.ts';

/** What travels on site-events: where the event's record lies. What happened stays there. */
export type SiteEventMessage = {
  event: SiteEventId;
  /** Of a dead letter alone: an event that was given up begins anew by it, and not by a repeat that was still on its way. */
  anew?: boolean;
};

/**
 * Queues an event, in order per contact.
 * @param repeat which repeat this is: SQS drops a message it saw under the same id within 5 minutes
 */
export async function enqueueSiteEvent(event: SiteEventId, repeat: number): Promise<void> {
  await sendMessage('site-events', messageOf(event), {
    ...sending(event),
    deduplication: `${event.id}:${repeat}`,
  });
}

/** Puts an event that was given up into the dead-letter queue; redriven from there, it is told again. */
export async function burySiteEvent(event: SiteEventId, attempts: number): Promise<void> {
  const deduplication = `${event.id}:${attempts}`;
  const message: SiteEventMessage = { ...messageOf(event), anew: true };
  await sendMessage(deadLettersOf('site-events'), message, { ...sending(event), deduplication });
}

const messageOf = ({ site, contactId, id }: SiteEventId): SiteEventMessage => ({
  event: { site, contactId, id },
});

const sending = ({ site, contactId }: SiteEventId) => ({ group: `${site}/${contactId}` });

/** Reads a message's body. @throws where it is none of ours, so that it ends in the dead-letter queue */
export function readSiteEventMessage(body: string): SiteEventMessage {
  const message = parseJson(body) as Partial<SiteEventMessage> | null | undefined;
  const { site, contactId, id } = message?.event ?? {};
  if (!site || !contactId || !id) {
    throw new Error('This message is not one of an event: something else writes to the queue.');
  }
  return { event: { site, contactId, id }, anew: message?.anew === true };
}
