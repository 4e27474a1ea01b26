import type { ReadEvent } from '../crm-event.ts';

/**
 * Kit: JSON with the subscriber and nothing about what happened. A webhook is registered for one tag, and
 * that stands in the address that it posts to: `?tag=<id>`.
 * @see https://developers.kit.com/api-reference/webhooks/create-a-webhook
 */
export const readEvent: ReadEvent = ({ inQuery }) => {
  const tag = inQuery('tag');
  return tag === undefined ? {} : { tag, gainedTag: 'named' };
};
