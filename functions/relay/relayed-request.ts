import { definition as crmEvent } from '../commands/crm-event.ts';
import { definition as passThrough } from '../commands/pass-through.ts';
import type { CrmEvent } from '../crm/crm-event.ts';
import { eventReaders } from '../crm/events.ts';
import type { Site } from '../platform/config.ts';
import { contactIdOfEmail } from '../store/keys.ts';
import type { Address } from '../webhooks/address.ts';
import type { Body } from '../webhooks/body.ts';
import type { ContactIds } from '../webhooks/contact-ids.ts';
import type { Request } from '../webhooks/event-request.ts';
import { allNamed, type Values } from '../webhooks/values.ts';
import { contactOfWebhook } from '../webhooks/webhook.ts';
import { whyKeptBack } from './event-filter.ts';

/** What a webhook asks for that is handed on. */
export type RelayedRequest = Request & {
  /** Whose order it keeps. */
  contacts: ContactIds;
  /** Why it is not handed on after all. */
  keptBack?: string | undefined;
};

/** Understands a webhook of a site that relays: a command of the catalogue, an event of its CRM, or what its plugin takes besides. */
export function relayedRequest(
  { definition, eventsOf }: Pick<Address, 'definition' | 'eventsOf'>,
  {
    site,
    values,
    body,
    contacts,
    id,
  }: { site: Site; values: Values; body: Body; contacts: ContactIds; id: string },
): RelayedRequest {
  const isPassedThrough = definition.name === passThrough.name;
  if (!isPassedThrough && !eventsOf) return { definition, values, contacts };
  const found = inOrder(contacts, body, id);
  const event = readEvent(site, values, body);
  if (!eventsOf && event.type === undefined)
    return { definition: passThrough, values: nothing, contacts: found };
  const said = new Map(Object.entries({ type: event.type, tag: event.tag }));
  return {
    definition: crmEvent,
    values: { anywhere: (name) => said.get(name) },
    contacts: found,
    keptBack: whyKeptBack(event, site.target?.relay.events),
  };
}

const nothing = { anywhere: () => undefined };

/**
 * What the body says as an event of the site's CRM, if it is one. The query is the plugin's, whose words may be the
 * CRM's too: `?type=contact`.
 */
function readEvent({ crm }: Site, values: Values, body: Body): CrmEvent {
  return eventReaders[crm.kind]?.({ ...values, anywhere: values.inBody }, body) ?? {};
}

/** Where senders put the contact's e-mail address; with dots, in JSON. */
const EMAIL_NAMES = [
  ...['contact[email]', 'email', 'contact_email', 'contactEmail'],
  ...['contact.email', 'subscriber.email_address', 'subscriber.email', 'data.subscriber.email'],
];

/** Whose order is kept: the contact's by id, else by e-mail address; one that names none is in order with no other. */
function inOrder(contacts: ContactIds, body: Body, id: string): ContactIds {
  if (contacts.ids.length > 0) return { ids: contacts.ids, invalid: [] };
  const email = EMAIL_NAMES.flatMap(allNamed(body)).find(
    (value) => typeof value === 'string' && value.includes('@'),
  );
  return { ids: [typeof email === 'string' ? contactIdOfEmail(email) : contactOfWebhook(id)], invalid: [] };
}
