import type { Account } from './account.ts';
import type { ReadFaults } from './read-faults.ts';
import type { Contact } from './records.ts';

/** How an API sees the contacts of its account. Deleted ones that the account keeps are out of sight. */
export type Reads = {
  /** Contacts as a read sees them: late, when the owner has switched on stale reads. */
  readContacts(): Contact[];
  /** A contact as a read sees it. */
  readContact(id: string): Contact | undefined;
  /** A contact as it is: what a write works on. */
  liveContact(id: string): Contact | undefined;
};

export function readsOf(account: Account, faults: ReadFaults): Reads {
  const asOf = (): number | undefined => (faults.staleMs > 0 ? account.now() - faults.staleMs : undefined);
  const unlessDeleted = (contact: Contact | undefined): Contact | undefined =>
    contact?.deleted ? undefined : contact;
  return {
    readContacts: () => account.contacts(asOf()).filter((contact) => !contact.deleted),
    readContact: (id) => unlessDeleted(account.contact(id, asOf())),
    liveContact: (id) => unlessDeleted(account.contact(id)),
  };
}
