import type { TagChange } from '../platform/config-parts.ts';

/** A contact as its CRM has it now. All values are text, as CRMs write them; missing ones are ''. */
export type Contact = {
  id: string;
  email: string;
  firstName: string;
  lastName: string;
  phone: string;
  /** Custom fields by the CRM's field id. */
  fields: Record<string, string>;
  /** Ids of the tags. */
  tags: string[];
};

/** What somebody says of a contact. Where a property or a field is missing, nothing was said of it. */
export type ContactData = Partial<Pick<Contact, 'email' | 'firstName' | 'lastName' | 'phone'>> & {
  fields?: Record<string, string>;
  /** All tags that the contact has from now on. */
  tags?: string[];
};

/** Somebody the CRM may not know yet. */
export type Person = Pick<Contact, 'email' | 'firstName' | 'lastName'> & Partial<Pick<Contact, 'phone'>>;

/** A contact that changed, and when by the CRM's clock (ISO time). */
export type ContactChange = { id: string; changedAt: string };

/** A page of changes; `resume` leads to the next one, and is missing on the last. */
export type ChangePage = { changes: ContactChange[]; resume?: string };

/**
 * What Latchkey asks of a CRM. Every call keeps to the account's pace. All of them may throw `Throttled` (come
 * back later), `Rejected` (the CRM refuses this for good) or another error (try again with back-off).
 */
export type Crm = {
  /** Reads one contact; undefined where the CRM has none under this id: deleted, or merged into another. */
  readContact(id: string): Promise<Contact | undefined>;
  /**
   * Reads many contacts in as few requests as the CRM allows. Those it does not have are left out; one that
   * could not be read has its error here, so that it does not fail the others.
   */
  readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>>;
  /**
   * The contacts that changed at or after a time, tags included as far as the CRM counts them, one page of
   * one request. A contact may come that did not change; one that did is never left out, though others change
   * while the pages are read.
   * @param since ISO time, by the CRM's clock
   * @param resume where the page before ended
   */
  changedSince(since: string, resume?: string): Promise<ChangePage>;
  /** Sets custom fields of a contact, by field id. */
  writeFields(id: string, fields: Record<string, string>): Promise<void>;
  /** Adds tags to a contact; one that it has already is no error. */
  addTags(id: string, tags: readonly string[]): Promise<void>;
  /** Takes tags away from a contact; one that it does not have is no error. */
  removeTags(id: string, tags: readonly string[]): Promise<void>;
  /**
   * Adds tags to many contacts and takes tags away from them, in as few requests as the CRM allows. What is so
   * already is no error. Where the CRM tells what is done, a repeat after a crash costs little more than looking.
   * @returns the contacts that the CRM refused this for, each with the reason; the others have the tags
   */
  changeTagsOfMany(ids: readonly string[], change: TagChange): Promise<Map<string, Error>>;
  /**
   * Makes sure that a contact with this e-mail address exists; empty names, and an empty phone number, leave those
   * that it has. Kit has no phone numbers; Keap takes one for a new contact alone, since it writes the list of them
   * as a whole.
   * @returns its id
   */
  upsertContact(person: Person): Promise<string>;
  /**
   * Starts an automation for a contact.
   * @param since ISO time: where the CRM can tell, unless it was started since; so a repeat after a crash
   *   starts nothing twice. Left out, it is started in any case
   * @throws Rejected where the CRM has no automations that can be started from outside
   */
  startAutomation(id: string, automation: string, since?: string): Promise<void>;
  /**
   * Text that only those know who may read the contact's fields anyway: the account's API token. Passwords
   * in the making are derived with it.
   */
  readonly secret: string;
  /** A read shows every write that was made before it. Where that is not sure, it is left out. */
  readonly readsAreCurrent?: true;
};
