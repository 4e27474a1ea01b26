import type { Account } from '../../account/account.ts';
import type { Contact } from '../../account/records.ts';
import type { ActiveCampaignFaults } from '../faults.ts';
import type { Representation } from '../representation.ts';

/** What the API's routes work with. */
export type ApiContext = {
  account: Account;
  faults: ActiveCampaignFaults;
  representation: Representation;
  /** Contacts as a read sees them: late, when the owner has switched on stale reads. */
  readContacts(): Contact[];
  /** A contact that is not deleted, as a read sees it. */
  readContact(id: string): Contact | undefined;
  /** A contact that is not deleted, as it is: what a write works on. */
  liveContact(id: string): Contact | undefined;
};

export function apiContext(
  account: Account,
  faults: ActiveCampaignFaults,
  representation: Representation,
): ApiContext {
  const asOf = (): number | undefined => (faults.staleMs > 0 ? account.now() - faults.staleMs : undefined);
  const unlessDeleted = (contact: Contact | undefined): Contact | undefined =>
    contact?.deleted ? undefined : contact;
  return {
    account,
    faults,
    representation,
    readContacts: () => account.contacts(asOf()),
    readContact: (id) => unlessDeleted(account.contact(id, asOf())),
    liveContact: (id) => unlessDeleted(account.contact(id)),
  };
}
