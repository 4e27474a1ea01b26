import type { Change } from '../account/records.ts';
import type { Sender } from '../account/sender.ts';
import type { Representation } from './representation.ts';

/**
 * Kit's webhooks: JSON that holds the subscriber, and neither the event nor the tag. Unverified: that each is
 * posted once.
 */
export const kitSender = (representation: Representation, timeoutMs: number): Sender => ({
  timeoutMs,
  automationBody: (contact) => ({ subscriber: representation.inWebhook(contact) }),
  eventOf,
  eventBody: (_, [{ contact }]) => ({ subscriber: representation.inWebhook(contact) }),
  occurrencesPerWebhook: 1,
  eventDelaysMs: [0],
  lastFailureSwitchesOff: false,
});

/** Those events that this account has occasion for. What Kit posts of a changed field is not documented. */
function eventOf({ type, tag }: Change): string | undefined {
  if (type === 'created') return 'subscriber_activate';
  if (type === 'tag-added' && tag) return eventName('tag_add', tag.id);
  if (type === 'tag-removed' && tag) return eventName('tag_remove', tag.id);
  return undefined;
}

/** An event with what it is about: Kit's webhooks are for one tag each. */
export const eventName = (name: string, about?: string): string => (about ? `${name} ${about}` : name);
