import { Definitions, type SavedDefinitions } from './definitions.ts';
import type {
  Change,
  Contact,
  ContactAutomation,
  ContactInput,
  ContactTag,
  FieldValue,
  Source,
  Tag,
} from './records.ts';
import { Versions } from './versions.ts';

/** An account as it is written to a file. */
export type SavedAccount = {
  contacts: Contact[];
  definitions: SavedDefinitions;
  lastIds: Record<Kind, number>;
};

type Kind = 'contact' | 'fieldValue' | 'contactTag' | 'contactAutomation';

/** The state of one ActiveCampaign account and every change it knows. It knows no HTTP. */
export class Account {
  /** The account's tags and custom fields. */
  readonly definitions: Definitions;
  readonly now: () => number;
  readonly #contacts: Versions<Contact>;
  readonly #contactByEmail = new Map<string, string>();
  readonly #contactByRelation = new Map<string, string>();
  readonly #lastIds: Record<Kind, number>;
  readonly #listeners: ((change: Change) => void)[] = [];
  #written: () => void = () => {};

  constructor(now: () => number, saved?: SavedAccount) {
    this.now = now;
    this.#contacts = new Versions();
    this.#lastIds = {
      contact: 0,
      fieldValue: 0,
      contactTag: 0,
      contactAutomation: 0,
      ...saved?.lastIds,
    };
    this.definitions = new Definitions(now, saved?.definitions, () => this.#written());
    for (const contact of saved?.contacts ?? []) this.#store(contact, Number.NEGATIVE_INFINITY);
  }

  /** Calls the listener whenever the state is no longer the one that toJSON gave. */
  onWrite(listener: () => void): void {
    this.#written = listener;
  }

  /** Calls the listener after every change of a contact. */
  onChange(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** @param asOf the moment whose state is wanted; now when absent. */
  contact(id: string, asOf?: number): Contact | undefined {
    return this.#contacts.get(id, asOf);
  }

  /** All contacts in the order of their ids, the deleted ones included. */
  contacts(asOf?: number): Contact[] {
    return this.#contacts.all(asOf);
  }

  contactByEmail(email: string): Contact | undefined {
    return this.contact(this.#contactByEmail.get(email.toLowerCase()) ?? '');
  }

  /** The contact that owns a contactTag, by the relation's id. */
  contactOfTag(contactTagId: string): Contact | undefined {
    return this.contact(this.#contactByRelation.get(contactTagId) ?? '');
  }

  addContact(input: ContactInput & { email: string }, source: Source): Contact {
    const now = this.now();
    const contact: Contact = {
      id: this.#nextId('contact'),
      email: input.email,
      firstName: input.firstName ?? '',
      lastName: input.lastName ?? '',
      phone: input.phone ?? '',
      deleted: false,
      createdAt: now,
      updatedAt: now,
      fieldValues: this.#withFields([], input.fields),
      contactTags: [],
      contactAutomations: [],
    };
    return this.#changed({ type: 'subscribe', contact, source });
  }

  editContact(contact: Contact, input: ContactInput, source: Source): Contact {
    const { fields, ...values } = input;
    const fieldValues = this.#withFields(contact.fieldValues, fields);
    return this.#changed({ type: 'update', contact: { ...contact, ...values, fieldValues }, source });
  }

  /** Deletes as ActiveCampaign does: the record stays and gives its address free for a new contact. */
  removeContact(contact: Contact): void {
    const domain = contact.email.split('@')[1] ?? 'example.com';
    this.#store({
      ...contact,
      email: `deleted+${contact.id}@${domain}`,
      deleted: true,
      updatedAt: this.now(),
    });
  }

  /** Adds a tag. A tag that is already there stays as it is: `added` is false and nobody is told. */
  addTag(contact: Contact, tag: Tag, source: Source): { contactTag: ContactTag; added: boolean } {
    const present = contact.contactTags.find((candidate) => candidate.tag === tag.id);
    if (present !== undefined) return { contactTag: present, added: false };
    const contactTag = { id: this.#nextId('contactTag'), tag: tag.id, createdAt: this.now() };
    const tagged = { ...contact, contactTags: [...contact.contactTags, contactTag] };
    this.#changed({ type: 'contact_tag_added', contact: tagged, tag, source });
    return { contactTag, added: true };
  }

  removeTag(contact: Contact, contactTagId: string, source: Source): void {
    const removed = contact.contactTags.find((contactTag) => contactTag.id === contactTagId);
    const tag = this.definitions.tags.get(removed?.tag ?? '');
    const contactTags = contact.contactTags.filter((contactTag) => contactTag.id !== contactTagId);
    this.#contactByRelation.delete(contactTagId);
    this.#changed({
      type: 'contact_tag_removed',
      contact: { ...contact, contactTags },
      ...(tag && { tag }),
      source,
    });
  }

  startAutomation(contact: Contact, automation: string, source: Source): ContactAutomation {
    const run = { id: this.#nextId('contactAutomation'), automation, startedAt: this.now() };
    const contactAutomations = [...contact.contactAutomations, run];
    this.#changed({ type: 'update', contact: { ...contact, contactAutomations }, source });
    return run;
  }

  toJSON(): SavedAccount {
    return {
      contacts: this.contacts(),
      definitions: this.definitions.toJSON(),
      lastIds: this.#lastIds,
    };
  }

  #changed(change: Change): Contact {
    const contact = { ...change.contact, updatedAt: this.now() };
    this.#store(contact);
    for (const listener of this.#listeners) listener({ ...change, contact });
    return contact;
  }

  /** @param from the moment since when this has been the contact's state. */
  #store(contact: Contact, from = this.now()): void {
    const before = this.contact(contact.id);
    if (before !== undefined) this.#contactByEmail.delete(before.email.toLowerCase());
    this.#contacts.set(contact.id, contact, from);
    this.#contactByEmail.set(contact.email.toLowerCase(), contact.id);
    for (const contactTag of contact.contactTags) this.#contactByRelation.set(contactTag.id, contact.id);
    this.#written();
  }

  #withFields(present: readonly FieldValue[], fields: Record<string, string> = {}): readonly FieldValue[] {
    const now = this.now();
    const values = new Map(present.map((value) => [value.field, value]));
    for (const [field, value] of Object.entries(fields)) {
      const before = values.get(field) ?? { id: this.#nextId('fieldValue'), field, createdAt: now };
      values.set(field, { ...before, value, updatedAt: now });
    }
    return [...values.values()];
  }

  #nextId(kind: Kind): string {
    this.#lastIds[kind] += 1;
    return String(this.#lastIds[kind]);
  }
}
