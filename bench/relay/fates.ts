import type { SiteRequest } from '../../local/plugin-simulator/request-log.ts';
import { isUpdate, type SentWebhook } from './webhook-bodies.ts';

/**
 * What became of a webhook, by the site's own log: the plugin did it; a later update of the contact, with nothing else
 * between, brought what it asked for; or neither.
 */
export type Fate = 'done' | 'joined' | 'lost';

/** Follows webhooks to a site, by their `seq`. */
export function fatesOf(
  webhooks: readonly SentWebhook[],
  requests: readonly Pick<SiteRequest, 'seq' | 'delivered'>[],
): Map<number, Fate> {
  const done = new Set(requests.filter(({ delivered }) => delivered).map(({ seq }) => seq));
  const fates = new Map<number, Fate>();
  for (const ofContact of Map.groupBy(webhooks, ({ contactId }) => contactId).values()) {
    let isBrought = false; // what an update here would ask for
    for (const webhook of ofContact.toReversed()) {
      const { seq } = webhook;
      const isDone = done.has(seq);
      const isJoined: boolean = isUpdate(webhook) && isBrought;
      fates.set(seq, isDone ? 'done' : isJoined ? 'joined' : 'lost');
      isBrought = isUpdate(webhook) && (isDone || isJoined);
    }
  }
  return fates;
}
