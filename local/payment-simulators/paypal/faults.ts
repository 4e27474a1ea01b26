import { FaultSwitchboard } from '../../crm-simulators/fault-switchboard.ts';

/** What simulators can do wrong, and what PayPal's documents leave open. */
export class PayPalFaults extends FaultSwitchboard {
  /** What lists do not tell of a subscription, such as `subscriber`. What they do is not documented. */
  omitFromLists = new Set<string>();
  /** How long a token is good, in seconds: PayPal's nine hours unless told. */
  tokenSeconds = 32_400;
  /** What errors quote in every text that is for people. */
  quoted: string[] = [];

  override clear(): void {
    super.clear();
    this.omitFromLists.clear();
    this.tokenSeconds = 32_400;
    this.quoted = [];
  }
}
