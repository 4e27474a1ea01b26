import { randomInt } from 'node:crypto';
import { ulid } from 'ulid';
import type { Definition } from '../commands/definition.ts';
import { type Complaint, Problem } from '../http/problem.ts';
import type { Site } from '../platform/config.ts';
import { type ContactIds, contactNames, MAX_CONTACTS } from './contact-ids.ts';
import { readParameters } from './read-parameters.ts';
import type { SentContact } from './sent-contact.ts';
import type { Values } from './values.ts';
import { MANY_CONTACTS, type Webhook } from './webhook.ts';

const LETTERS = 32; // of a ULID's alphabet

/** As random as ulid's own, which calls OpenSSL for each of 16 letters; this takes many from it at once. */
const drawLetter = (): number => randomInt(LETTERS) / LETTERS;

/** A fresh webhook id. It sorts by time of arrival. */
export const newWebhookId = (now: Date): string => ulid(now.getTime(), drawLetter);

type Parts = {
  id: string;
  site: Site;
  definition: Definition;
  contacts: ContactIds;
  values: Pick<Values, 'anywhere'>;
  /** What the body says of the contact itself, where that is asked for. */
  sent?: SentContact | undefined;
  identity?: string | undefined;
  /** Mark of the handshake that it came with. */
  handshake: string;
  now: Date;
};

/**
 * Checks a webhook's contact and parameters against its command.
 * @throws Problem 422 that names everything that is wrong
 */
export function readWebhook(parts: Parts): Webhook {
  const { id, site, definition, contacts, values, sent, identity, handshake, now } = parts;
  const parameters = readParameters(definition, values.anywhere);
  const complaints = [
    ...complaintsAbout(contacts),
    ...complaintsAboutSent(sent, contacts),
    ...parameters.complaints,
  ];
  if (complaints.length > 0) {
    throw new Problem(422, `${definition.name} cannot be done as it was sent.`, { complaints });
  }
  const [first, ...more] = contacts.ids;
  // What is handed on is kept as a whole, secrets included.
  const secrets = site.target
    ? {}
    : { ...parameters.secrets, ...(sent?.contact && { contact: sent.contact }) };
  return {
    id,
    site: site.id,
    command: definition.name,
    contactId: more.length === 0 && first !== undefined ? first : MANY_CONTACTS,
    ...(more.length > 0 && { contactIds: contacts.ids }),
    parameters: parameters.open,
    ...(Object.keys(secrets).length > 0 && { secrets }),
    receivedAt: now.toISOString(),
    handshake,
    ...(identity !== undefined && { identity }),
  };
}

function complaintsAbout({ ids, invalid }: ContactIds): Complaint[] {
  if (invalid.length > 0) {
    const problem = `${invalid.length} of the contact ids cannot be one: up to 64 letters, digits and . : _ -`;
    return [{ at: 'contact', problem }];
  }
  if (ids.length === 0) {
    return [{ at: 'contact', problem: `no contact id found; send it as one of ${contactNames.join(', ')}` }];
  }
  if (ids.length > MAX_CONTACTS) {
    return [{ at: 'contact', problem: `${ids.length} contacts in one webhook; ${MAX_CONTACTS} at most` }];
  }
  return [];
}

function complaintsAboutSent(sent: SentContact | undefined, { ids }: ContactIds): Complaint[] {
  if (!sent?.contact || ids.length <= 1) return sent?.complaints ?? [];
  return [...sent.complaints, { at: 'contact', problem: 'what is said of a contact can be of one only' }];
}
