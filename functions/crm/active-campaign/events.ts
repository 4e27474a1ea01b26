import type { ReadEvent } from '../crm-event.ts';

/**
 * ActiveCampaign: a form with the `type` and, where it is about a tag, the tag's name.
 * @see https://developers.activecampaign.com/page/webhooks
 */
export const readEvent: ReadEvent = ({ anywhere }) => {
  const [type, tag] = [anywhere('type'), anywhere('tag')];
  return { type, tag, ...(type === 'contact_tag_added' && tag && { gainedTag: 'named' }) };
};
