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

/**
 * What Latchkey asks of a CRM. Every call keeps to the account's pace. All of them may throw `Throttled` (come
 * back later), `Rejected` (the CRM refuses this for good) or another error (try again with back-off).
 */
export type Crm = {
  /** Reads one contact; undefined where the CRM has none under this id. */
  readContact(id: string): Promise<Contact | undefined>;
  /**
   * Reads many contacts in as few requests as the CRM allows. Those it does not have are left out; one that
   * could not be read has its error here, so that it does not fail the others.
   */
  readContacts(ids: readonly string[]): Promise<Map<string, Contact | Error>>;
  /** Sets custom fields of a contact, by field id. */
  writeFields(id: string, fields: Record<string, string>): Promise<void>;
  /** Adds tags to a contact; one that it has already is no error. */
  addTags(id: string, tags: readonly string[]): Promise<void>;
  /**
   * Starts an automation for a contact, unless it was started since `since` (ISO time): so a repeat after a
   * crash starts nothing twice.
   */
  startAutomation(id: string, automation: string, since: string): Promise<void>;
  /**
   * Text that only those know who may read the contact's fields anyway: the account's API token. Passwords
   * in the making are derived with it.
   */
  readonly secret: string;
};
