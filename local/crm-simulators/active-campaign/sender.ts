import type { Definitions } from '../account/definitions.ts';
import type { ChangeType, Contact, Occurrence } from '../account/records.ts';
import type { Sender } from '../account/sender.ts';
import { perstagOf, vendorTime } from './representation.ts';

/** The vendor's event types. It has none that a deleted contact fires. */
const EVENTS: Partial<Record<ChangeType, string>> = {
  created: 'subscribe',
  edited: 'update',
  'tag-added': 'contact_tag_added',
  'tag-removed': 'contact_tag_removed',
};

/** ActiveCampaign's webhooks: forms, one for each contact, never sent twice. */
export const activeCampaignSender = (definitions: Definitions, timeoutMs: number): Sender => ({
  timeoutMs,
  automationBody: (contact, seriesId) => automationBody(contact, seriesId, definitions),
  eventOf: ({ type }) => EVENTS[type],
  eventBody: (event, [occurrence]) => eventBody(event, occurrence, definitions),
  occurrencesPerWebhook: 1,
  eventAttempts: 1,
});

/**
 * The body of an automation's "Webhook" action, member by member as in a captured one: no `type`, a
 * `seriesid`, fields under their personalization tags. `contact[tags]` is there only if the contact has any.
 */
function automationBody(contact: Contact, seriesId: string, definitions: Definitions): URLSearchParams {
  const body = new URLSearchParams({
    'contact[id]': contact.id,
    'contact[email]': contact.email,
    'contact[first_name]': contact.firstName,
    'contact[last_name]': contact.lastName,
    'contact[phone]': contact.phone,
    'contact[orgname]': '',
    'contact[ip4]': '127.0.0.1',
  });
  setTags(body, contact, definitions);
  for (const { field, value } of contact.fieldValues) {
    const known = definitions.fields.get(field);
    body.set(`contact[fields][${known ? perstagOf(known).toLowerCase() : field}]`, value);
  }
  body.set('seriesid', seriesId);
  return body;
}

/** The body of an event webhook: its `type`, the contact with fields under their ids, and the tag's name where there is one. */
function eventBody(
  type: string,
  { contact, tag, source }: Occurrence,
  definitions: Definitions,
): URLSearchParams {
  const body = new URLSearchParams({
    type,
    date_time: vendorTime(contact.updatedAt),
    initiated_from: source,
    initiated_by: source,
    list: '0',
    'contact[id]': contact.id,
    'contact[email]': contact.email,
    'contact[first_name]': contact.firstName,
    'contact[last_name]': contact.lastName,
    'contact[phone]': contact.phone,
    'contact[ip]': '127.0.0.1',
  });
  setTags(body, contact, definitions);
  for (const { field, value } of contact.fieldValues) body.set(`contact[fields][${field}]`, value);
  if (tag !== undefined) body.set('tag', tag.name);
  return body;
}

function setTags(body: URLSearchParams, contact: Contact, { tags }: Definitions): void {
  const names = contact.contactTags.map((contactTag) => tags.get(contactTag.tag)?.name ?? contactTag.tag);
  if (names.length > 0) body.set('contact[tags]', names.join(', '));
}
