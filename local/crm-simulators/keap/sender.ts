import type { ChangeType, Occurrence } from '../account/records.ts';
import type { Sender } from '../account/sender.ts';
import type { KeapFaults } from './faults.ts';
import { vendorTime } from './representation.ts';

/** Keap's event keys, those that a contact of this account can fire. */
const EVENTS: Record<ChangeType, string> = {
  created: 'contact.add',
  edited: 'contact.edit',
  deleted: 'contact.delete',
  'tag-added': 'contactGroup.applied',
  'tag-removed': 'contactGroup.removed',
};

export const EVENT_KEYS: readonly string[] = Object.values(EVENTS);

/** The vendor's: "a maximum of 1000 changed objects". */
const OBJECTS_PER_HOOK = 1_000;

export type KeapSenderOptions = { timeoutMs: number; eventDelaysMs: readonly number[] };

/**
 * Keap's webhooks: a campaign's HTTP POST is a form with what its author wrote, here the contact's id;
 * REST hooks are JSON that names many contacts and is tried four times.
 */
export const keapSender = (faults: KeapFaults, options: KeapSenderOptions): Sender => ({
  ...options,
  automationBody: ({ id }) => new URLSearchParams({ contactId: id }),
  eventOf: ({ type }) => EVENTS[type],
  eventBody: (event, occurrences) => ({
    event_key: event,
    object_type: event.split('.')[0],
    object_keys: occurrences.map((occurrence) => ({
      id: Number(objectId(occurrence, faults)),
      apiUrl: '', // empty in captured ones, though documented as the object's address
      timestamp: vendorTime(occurrence.contact.updatedAt),
    })),
  }),
  occurrencesPerWebhook: OBJECTS_PER_HOOK,
  lastFailureSwitchesOff: true,
});

const objectId = ({ contact, tag }: Occurrence, { tagHooksNameTags }: KeapFaults): string =>
  tagHooksNameTags && tag ? tag.id : contact.id;
