import type { Account } from '../../account/account.ts';
import { type Reads, readsOf } from '../../account/reads.ts';
import type { ActiveCampaignFaults } from '../faults.ts';
import type { Representation } from '../representation.ts';

/** What the API's routes work with. */
export type ApiContext = Reads & {
  account: Account;
  faults: ActiveCampaignFaults;
  representation: Representation;
};

export function apiContext(
  account: Account,
  faults: ActiveCampaignFaults,
  representation: Representation,
): ApiContext {
  return { ...readsOf(account, faults), account, faults, representation };
}
