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
import { type SavedSubscriptions, Subscriptions } from './subscriptions.ts';
import { Versions } from './versions.ts';

/** An account as it is written to a file. */
export type SavedAccount = {
  contacts: Contact[];
  definitions: SavedDefinitions;
  /** Absent in files that were written before there were any. */
  subscriptions?: SavedSubscriptions;
  lastIds: Record<Kind, number>;
};

type Kind = 'contact' | 'fieldValue' | 'contactTag' | 'contactAutomation';

/** What accounts of different CRMs differ in. */
export type AccountRules = {
  /** A deleted contact stays, out of sight and under the address `deleted+{id}@…`; otherwise it is gone. */
  keepsDeleted: boolean;
};

/**
 * The state of one CRM account and every change it knows. It knows no HTTP. Several contacts may have one
 * e-mail address: where a CRM forbids it, its API does.
 */
export class Account {
  /** The account's tags and custom fields. */
  readonly definitions: Definitions;
  readonly subscriptions: Subscriptions;
  readonly now: () => number;
  readonly #contacts: Versions<Contact>;
  readonly #rules: AccountRules;
  /** Ids of contacts by address, in lower case. */
  readonly #idsByEmail = new Map<string, Set<string>>();
  readonly #contactByRelation = new Map<string, string>();
  readonly #lastIds: Record<Kind, number>;
  readonly #listeners: ((change: Change) => void)[] = [];
  #written: () => void = () => {};

  constructor(now: () => number, rules: AccountRules, saved?: SavedAccount) {
    this.now = now;
    this.#rules = rules;
    this.#contacts = new Versions();
    this.#lastIds = {
      contact: 0,
      fieldValue: 0,
      contactTag: 0,
      contactAutomation: 0,
      ...saved?.lastIds,
    };
    const written = (): void => this.#written();
    this.definitions = new Definitions(now, saved?.definitions, written);
    this.subscriptions = new Subscriptions(now, saved?.subscriptions, written);
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

  /** All contacts in the order of their ids, the deleted ones that stay included. */
  contacts(asOf?: number): Contact[] {
    return this.#contacts.all(asOf);
  }

  /** How many contacts were ever made, those that are gone included. */
  get contactsMade(): number {
    return this.#lastIds.contact;
  }

  /** The oldest contact with this address, in any case. */
  contactByEmail(email: string): Contact | undefined {
    const ids = [...(this.#idsByEmail.get(email.toLowerCase()) ?? [])];
    return this.contact(ids.toSorted((a, b) => Number(a) - Number(b))[0] ?? '');
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
    return this.#changed({ type: 'created', contact, source });
  }

  editContact(contact: Contact, input: ContactInput, source: Source): Contact {
    const { fields, ...values } = input;
    const fieldValues = this.#withFields(contact.fieldValues, fields);
    return this.#changed({ type: 'edited', contact: { ...contact, ...values, fieldValues }, source });
  }

  /** Deletes a contact by the account's rule. Its address is free for a new contact in any case. */
  removeContact(contact: Contact, source: Source): void {
    if (!this.#rules.keepsDeleted) {
      this.#forget(contact, source);
      return;
    }
    const domain = contact.email.split('@')[1] ?? 'example.com';
    const email = `deleted+${contact.id}@${domain}`;
    this.#changed({ type: 'deleted', contact: { ...contact, email, deleted: true }, source });
  }

  /**
   * Merges two contacts: nothing is left under the loser's id, and the winner has the tags of both, and the
   * loser's values where its own are empty.
   */
  mergeContacts(loser: Contact, winner: Contact, source: Source): Contact {
    const held = (tagId: string): boolean => winner.contactTags.some(({ tag }) => tag === tagId);
    const isFilled = (field: string): boolean =>
      winner.fieldValues.some((value) => value.field === field && value.value !== '');
    const gained = loser.fieldValues.filter(({ field }) => !isFilled(field));
    this.#forget(loser, source);
    return this.#changed({
      type: 'edited',
      contact: {
        ...winner,
        email: winner.email || loser.email,
        firstName: winner.firstName || loser.firstName,
        lastName: winner.lastName || loser.lastName,
        phone: winner.phone || loser.phone,
        fieldValues: this.#withFields(
          winner.fieldValues,
          Object.fromEntries(gained.map(({ field, value }) => [field, value])),
        ),
        contactTags: [...winner.contactTags, ...loser.contactTags.filter(({ tag }) => !held(tag))],
      },
      source,
    });
  }

  /** Adds a tag. A tag that is already there stays as it is: `added` is false and nobody is told. */
  addTag(contact: Contact, tag: Tag, source: Source): { contactTag: ContactTag; added: boolean } {
    const present = contact.contactTags.find((candidate) => candidate.tag === tag.id);
    if (present !== undefined) return { contactTag: present, added: false };
    const contactTag = { id: this.#nextId('contactTag'), tag: tag.id, createdAt: this.now() };
    const tagged = { ...contact, contactTags: [...contact.contactTags, contactTag] };
    this.#changed({ type: 'tag-added', contact: tagged, tag, source });
    return { contactTag, added: true };
  }

  removeTag(contact: Contact, contactTagId: string, source: Source): void {
    const removed = contact.contactTags.find((contactTag) => contactTag.id === contactTagId);
    const tag = this.definitions.tags.get(removed?.tag ?? '');
    const contactTags = contact.contactTags.filter((contactTag) => contactTag.id !== contactTagId);
    this.#contactByRelation.delete(contactTagId);
    this.#changed({
      type: 'tag-removed',
      contact: { ...contact, contactTags },
      ...(tag && { tag }),
      source,
    });
  }

  startAutomation(contact: Contact, automation: string, source: Source): ContactAutomation {
    const run = { id: this.#nextId('contactAutomation'), automation, startedAt: this.now() };
    const contactAutomations = [...contact.contactAutomations, run];
    this.#changed({ type: 'edited', contact: { ...contact, contactAutomations }, source });
    return run;
  }

  toJSON(): SavedAccount {
    return {
      contacts: this.contacts(),
      definitions: this.definitions.toJSON(),
      subscriptions: this.subscriptions.toJSON(),
      lastIds: this.#lastIds,
    };
  }

  #changed(change: Change): Contact {
    const contact = { ...change.contact, updatedAt: this.now() };
    this.#store(contact);
    this.#tell({ ...change, contact });
    return contact;
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #forget(contact: Contact, source: Source): void {
    this.#idsByEmail.get(contact.email.toLowerCase())?.delete(contact.id);
    for (const { id } of contact.contactTags) this.#contactByRelation.delete(id);
    this.#contacts.set(contact.id, undefined, this.now());
    this.#written();
    this.#tell({ type: 'deleted', contact: { ...contact, updatedAt: this.now() }, source });
  }

  /** @param from the moment since when this has been the contact's state. */
  #store(contact: Contact, from = this.now()): void {
    const before = this.contact(contact.id);
    if (before !== undefined) this.#idsByEmail.get(before.email.toLowerCase())?.delete(before.id);
    this.#contacts.set(contact.id, contact, from);
    const email = contact.email.toLowerCase();
    this.#idsByEmail.set(email, (this.#idsByEmail.get(email) ?? new Set()).add(contact.id));
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
