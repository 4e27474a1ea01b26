import { decodeTime } from 'ulid';
import type { ContactData } from '../crm/crm.ts';
import type { KeptRequest } from '../relay/kept-request.ts';
import type { QueueName } from '../store/webhooks.ts';

/** In place of a contact's id where one webhook speaks for many contacts, as Keap's REST hooks do. */
export const MANY_CONTACTS = '*';

/** In place of a contact's id in a job that is about a subscription, whose contact is not known yet. */
export const contactOfSubscription = (subscription: string): string => `${MANY_CONTACTS}${subscription}`;

/** Whether something is a contact's id, and nothing that stands in its place. */
export const isContact = (contactId: string): boolean => !contactId.startsWith(MANY_CONTACTS);

/** Whether a webhook marks its contact: one that is about many does so when it is handed out, one that is relayed never. */
export const raisesFlag = (contactId: string, queue: QueueName | undefined): boolean =>
  isContact(contactId) && queue !== 'deliveries';

/** In place of a contact's id in a webhook that is passed through and names none: it is in order with no other. */
export const contactOfWebhook = (id: string): string => `${MANY_CONTACTS}${id}`;

/** In place of a contact's id in the record of a webhook that was refused. */
export const UNKNOWN_CONTACT = '?';

/** One request as it came in, checked: what is asked, for whom, by which site. */
export type Webhook = {
  /** Sorts by time of arrival: a ULID, and for one contact out of many `<ULID>-<contact>`. */
  id: string;
  site: string;
  command: string;
  /** The CRM's id of the contact, or MANY_CONTACTS. */
  contactId: string;
  /** The contacts behind MANY_CONTACTS. */
  contactIds?: string[];
  parameters: Record<string, unknown>;
  /** What stays in the record alone and goes with its end: secret parameters, and what was said of the contact. */
  secrets?: Record<string, unknown> & { contact?: ContactData };
  /** The request itself, for the site's plugin. It stays in the record alone, until it is delivered. */
  request?: KeptRequest;
  /** ISO 8601, UTC. */
  receivedAt: string;
  /** Which of the site's handshakes it came with, by its mark: so a rotation shows whether the old one is still used. */
  handshake?: string;
  /** Shared by the identical webhooks of its contact, where those count once; see identity.ts. */
  identity?: string;
};

const ULID_LENGTH = 26;

/** When a webhook came, by its id alone: ISO time. */
export const timeOfId = (id: string): string => new Date(decodeTime(id.slice(0, ULID_LENGTH))).toISOString();

/** The webhook alone, out of its record, and without what must not leave that. */
export function publicPart({
  id,
  site,
  command,
  contactId,
  contactIds,
  parameters,
  receivedAt,
  identity,
}: Webhook): Webhook {
  return {
    id,
    site,
    command,
    contactId,
    ...(contactIds && { contactIds }),
    parameters,
    receivedAt,
    ...(identity !== undefined && { identity }),
  };
}
