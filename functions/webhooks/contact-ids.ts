import type { Body } from './body.ts';
import { at, textOf, type Values } from './values.ts';

/** A Keap REST hook brings 1,000 at most. */
export const MAX_CONTACTS = 1000;

/**
 * Where senders put the contact's id, in the order they are looked at:
 * ActiveCampaign `contact[id]`; Keap, Ontraport and generic senders `contactId`, `contact_id`, `Id`.
 */
const FLAT_NAMES = ['contact[id]', 'contactId', 'contact_id', 'id'];

/** The same in JSON bodies: Kit and Drip `subscriber.id`, Drip's event webhooks `data.subscriber.id`. */
const JSON_PATHS = [
  ['contact', 'id'],
  ['subscriber', 'id'],
  ['data', 'subscriber', 'id'],
];

/** What can be the id of a contact; dots alone would change the path of a CRM's URL. */
export const VALID_ID = /^(?!\.+$)[\w.:-]{1,64}$/;

/** The contact ids a webhook names: those that can be ids, each once, and those that cannot. */
export type ContactIds = { ids: string[]; invalid: string[] };

/**
 * Finds the contact, or the contacts of a Keap REST hook.
 * @param siteKeys names this site's senders use, looked at before the usual ones; dots lead into JSON
 */
export function findContactIds(values: Values, body: Body, siteKeys: readonly string[]): ContactIds {
  const { inQuery, anywhere } = values;
  const found =
    firstOf(inQuery, [...siteKeys, ...FLAT_NAMES]) ??
    firstOf(anywhere, siteKeys) ??
    fromJson(body, siteKeys) ??
    firstOf(anywhere, FLAT_NAMES) ??
    [];
  const unique = [...new Set(found)];
  return {
    ids: unique.filter((id) => VALID_ID.test(id)),
    invalid: unique.filter((id) => !VALID_ID.test(id)),
  };
}

function firstOf(lookUp: Values['anywhere'], names: readonly string[]): string[] | undefined {
  for (const name of names) {
    const id = lookUp(name);
    if (id !== undefined) return [id];
  }
  return undefined;
}

function fromJson(body: Body, siteKeys: readonly string[]): string[] | undefined {
  if (!('json' in body)) return undefined;
  const keapObjects = at(body.json, 'object_keys');
  if (Array.isArray(keapObjects)) return keapObjects.flatMap(contactsOfKeapObject);
  for (const path of [...siteKeys.map((key) => key.split('.')), ...JSON_PATHS]) {
    const id = textOf(at(body.json, ...path));
    if (id) return [id];
  }
  return undefined;
}

/**
 * What a REST hook names is a contact; or, as receivers have seen it where tags were applied, a tag with the
 * contacts in its `contact_details`, whose own id is then none of a contact.
 */
function contactsOfKeapObject(key: unknown): string[] {
  const details = at(key, 'contact_details');
  return (Array.isArray(details) ? details : [key]).map((contact) => textOf(at(contact, 'id')) ?? '(no id)');
}

/** The names to suggest to somebody whose webhook has no contact. */
export const contactNames = [...FLAT_NAMES, ...JSON_PATHS.map((path) => path.join('.')), 'object_keys[].id'];
