import type { ReadEvent } from '../crm-event.ts';

/** A tag is a contact group to Keap's API; other events of groups are about the tag itself. */
const OF_CONTACTS = /^(contact\.|contactGroup\.(applied|removed)$)/;

/**
 * Keap's REST hooks: JSON with the `event_key` and the ids of what changed. Their documentation promises no
 * tag in `contactGroup.applied`. Receivers have seen a `tag_id` beside the contacts, but one delivery may
 * speak of several tags, so it is the contact's own tags that have to be looked at.
 * @see https://developer.keap.com/rest-hook-documentation/
 */
export const readEvent: ReadEvent = ({ anywhere }) => {
  const type = anywhere('event_key');
  return {
    type,
    ...(type === 'contactGroup.applied' && { gainedTag: 'unnamed' }),
    ...(type !== undefined && !OF_CONTACTS.test(type) && { notOfContacts: true }),
  };
};
