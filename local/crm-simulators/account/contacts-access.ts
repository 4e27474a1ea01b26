import type { Account } from './account.ts';
import type { Contact, ContactInput, Source, Tag } from './records.ts';

/** A contact in the shape that assertions want: tags by name, fields by id. */
export type ContactView = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  deleted: boolean;
  /** Names, in the order in which they were added. */
  tags: string[];
  tagIds: string[];
  /** Values by the field's id. */
  fields: Record<string, string>;
  /** Ids of the automations that were started for the contact. */
  automations: string[];
};

/**
 * The account seen by somebody who is logged in to it: no API, no limit, no counting. Changes made
 * here are of the source `admin`. An unknown id is an error.
 */
export class ContactsAccess {
  readonly #account: Account;

  constructor(account: Account) {
    this.#account = account;
  }

  /** Contacts that are not deleted. */
  get count(): number {
    return this.all().length;
  }

  /** The contact, also a deleted one if the CRM keeps it; `undefined` if there is none with this id. */
  get(id: string): ContactView | undefined {
    const contact = this.#account.contact(id);
    return contact && this.#view(contact);
  }

  byEmail(email: string): ContactView | undefined {
    const contact = this.#account.contactByEmail(email);
    return contact && this.#view(contact);
  }

  /** All contacts that are not deleted. */
  all(): ContactView[] {
    return this.#account
      .contacts()
      .filter((contact) => !contact.deleted)
      .map((contact) => this.#view(contact));
  }

  create(input: ContactInput & { email: string }): ContactView {
    return this.#view(this.#account.addContact(input, 'admin'));
  }

  edit(id: string, input: ContactInput): ContactView {
    return this.#view(this.#account.editContact(this.#contact(id), input, 'admin'));
  }

  remove(id: string): void {
    this.#account.removeContact(this.#contact(id), 'admin');
  }

  /**
   * Merges two contacts into the winner, which gets the loser's tags, and its values where its own are empty.
   * The loser's id names nothing any more.
   */
  merge(loserId: string, winnerId: string): ContactView {
    if (loserId === winnerId) throw new Error(`contact ${loserId} cannot be merged with itself`);
    const [loser, winner] = [this.#contact(loserId), this.#contact(winnerId)];
    return this.#view(this.#account.mergeContacts(loser, winner, 'admin'));
  }

  /** @param tag an id of the account, or a name, which is created if there is none. */
  addTag(id: string, tag: string): void {
    this.#account.addTag(this.#contact(id), tagOf(this.#account, tag), 'admin');
  }

  /** Takes a tag away; nothing happens when the contact does not have it. */
  removeTag(id: string, tag: string): void {
    const contact = this.#contact(id);
    const { id: tagId } = tagOf(this.#account, tag);
    const relation = contact.contactTags.find((contactTag) => contactTag.tag === tagId);
    if (relation !== undefined) this.#account.removeTag(contact, relation.id, 'admin');
  }

  /** Tells of every change of a contact from now on: what it is like afterwards, and whether the API made it. */
  onChange(listener: (contact: ContactView, source: Source) => void): void {
    this.#account.onChange(({ contact, source }) => listener(this.#view(contact), source));
  }

  #contact(id: string): Contact {
    const contact = this.#account.contact(id);
    if (contact === undefined) throw new Error(`the simulated account has no contact ${id}`);
    return contact;
  }

  #view(contact: Contact): ContactView {
    const { id, email, firstName, lastName, phone, deleted } = contact;
    const tagIds = contact.contactTags.map((contactTag) => contactTag.tag);
    return {
      ...{ id, email, firstName, lastName, phone, deleted, tagIds },
      tags: tagIds.map((tagId) => this.#account.definitions.tags.get(tagId)?.name ?? tagId),
      fields: Object.fromEntries(contact.fieldValues.map(({ field, value }) => [field, value])),
      automations: contact.contactAutomations.map((run) => run.automation),
    };
  }
}

/** A tag by its id or, failing that, by its name; a new name is a new tag. */
export function tagOf(account: Account, idOrName: string): Tag {
  return account.definitions.tags.get(idOrName) ?? account.definitions.tagNamed(idOrName);
}
