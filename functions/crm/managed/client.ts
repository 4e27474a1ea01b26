import type { TagChange } from '../../platform/config-parts.ts';
import { Rejected } from '../../platform/errors.ts';
import { contactIdOfEmail } from '../../store/keys.ts';
import {
  changeManagedTags,
  readManagedContacts,
  storeManagedContact,
  writeManagedFields,
} from '../../store/managed-contacts.ts';
import { contactIdsByEmail } from '../../store/members-by-email.ts';
import { changeTagsSingly } from '../change-singly.ts';
import type { ChangePage, Contact, Crm, Person } from '../crm.ts';

const AT_ONCE = 10; // updates of the table side by side

/**
 * Contacts that are in no CRM: webhooks bring them, and the table is the truth. Reads and writes cost no
 * request to anybody, so there is no pace to keep.
 */
export class ManagedContacts implements Crm {
  readonly secret: string;
  readonly readsAreCurrent = true;
  readonly #site: string;

  constructor(site: string) {
    this.#site = site;
    // There is no API token; see docs/decisions/0015-managed-contacts.md for what that means for passwords.
    this.secret = `managed contacts of ${site}`;
  }

  async readContact(id: string): Promise<Contact | undefined> {
    const [contact] = await readManagedContacts(this.#site, [id]);
    return contact;
  }

  async readContacts(ids: readonly string[]): Promise<Map<string, Contact>> {
    const contacts = await readManagedContacts(this.#site, ids);
    return new Map(contacts.map((contact) => [contact.id, contact]));
  }

  /** Nothing changes here but by webhooks, and those raise the flag by themselves. */
  async changedSince(): Promise<ChangePage> {
    return { changes: [] };
  }

  async writeFields(id: string, fields: Record<string, string>): Promise<void> {
    if (!(await writeManagedFields(this.#site, id, fields))) throw this.#unknown(id);
  }

  async addTags(id: string, tags: readonly string[]): Promise<void> {
    if (tags.length > 0 && !(await changeManagedTags(this.#site, id, 'ADD', tags))) throw this.#unknown(id);
  }

  async removeTags(id: string, tags: readonly string[]): Promise<void> {
    if (tags.length > 0) await changeManagedTags(this.#site, id, 'DELETE', tags);
  }

  changeTagsOfMany(ids: readonly string[], change: TagChange): Promise<Map<string, Error>> {
    return changeTagsSingly(this, ids, change, AT_ONCE);
  }

  /** Finds who has this address by the members, whatever id the contact came with. */
  async upsertContact({ email, firstName, lastName, phone }: Person): Promise<string> {
    const [known] = await contactIdsByEmail(this.#site, email);
    const id = known ?? contactIdOfEmail(email);
    const names = { ...(firstName && { firstName }), ...(lastName && { lastName }), ...(phone && { phone }) };
    await storeManagedContact(this.#site, id, { email, ...names });
    return id;
  }

  async startAutomation(): Promise<void> {
    throw new Rejected('managed contacts are in no CRM, so there is no automation to start');
  }

  #unknown(id: string): Rejected {
    return new Rejected(`the site ${this.#site} has no managed contact ${id}`);
  }
}
