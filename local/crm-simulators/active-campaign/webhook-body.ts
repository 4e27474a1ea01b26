import type { Definitions } from './definitions.ts';
import type { Change, Contact } from './records.ts';
import { vendorTime } from './representation.ts';

/**
 * The body of an automation's "Webhook" action, member by member as in a captured one: no `type`, a
 * `seriesid`, fields under their personalization tags. `contact[tags]` is there only if the contact has any.
 */
export function automationBody(
  contact: Contact,
  seriesId: string,
  definitions: Definitions,
): URLSearchParams {
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
    const key = definitions.fields.get(field)?.perstag.toLowerCase() ?? field;
    body.set(`contact[fields][${key}]`, value);
  }
  body.set('seriesid', seriesId);
  return body;
}

/** The body of an event webhook: its `type`, the contact with fields under their ids, and the tag's name where there is one. */
export function eventBody({ type, contact, tag, source }: Change, definitions: Definitions): URLSearchParams {
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
