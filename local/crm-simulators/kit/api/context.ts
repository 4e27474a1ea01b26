import type { Account } from '../../account/account.ts';
import type { Contact } from '../../account/records.ts';
import type { Representation } from '../representation.ts';
import type { States } from '../states.ts';

/** What the API's routes work with. */
export type ApiContext = {
  account: Account;
  states: States;
  representation: Representation;
  /** Contacts as lists see them: late. */
  listed(): Contact[];
};
