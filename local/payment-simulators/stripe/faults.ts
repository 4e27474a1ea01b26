import { FaultSwitchboard } from '../../crm-simulators/fault-switchboard.ts';

/** What simulators can do wrong, and what Stripe's documents leave open. */
export class StripeFaults extends FaultSwitchboard {
  /** The account is in a country without the Search API. */
  hasNoSearch = false;
  /** Ids of what the search does not know yet: it runs a minute behind. */
  unsearchable = new Set<string>();
  /** The list of customers does not tell small letters of an address from capitals. */
  ignoresCase = false;
  /** The message of every error quotes the key and what was sent. */
  quotes = false;

  /** The code that paying an open invoice is refused with, for another reason than its card. */
  refusesPayments: string | undefined;
  /** Customers pay by a debit that takes days: an invoice that is being paid stays open. */
  paysLater = false;

  override clear(): void {
    super.clear();
    this.hasNoSearch = false;
    this.unsearchable.clear();
    this.ignoresCase = false;
    this.quotes = false;
    this.refusesPayments = undefined;
    this.paysLater = false;
  }
}
