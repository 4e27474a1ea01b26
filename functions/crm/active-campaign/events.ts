import type { ReadEvent } from '../crm-event.ts';

/**
 * ActiveCampaign: a form with the `type`, who began it (`public`, `admin`, `api`, `system`) and, where it is about a
 * tag, the tag's name.
 * @see https://developers.activecampaign.com/page/webhooks
 */
export const readEvent: ReadEvent = ({ anywhere }) => {
  const [type, tag] = [anywhere('type'), anywhere('tag')];
  const initiatedFrom = anywhere('initiated_from');
  return { type, tag, initiatedFrom, ...(type === 'contact_tag_added' && tag && { gainedTag: 'named' }) };
};
