import { FaultSwitchboard } from '../fault-switchboard.ts';

/** What every simulator can do wrong, and ActiveCampaign's own ways. Times are milliseconds. */
export class ActiveCampaignFaults extends FaultSwitchboard {
  /** Lists answer as if `ids` had not been asked for: with `include` in one request its effect is undocumented. */
  ignoreIds = false;
  /** Lists answer without side-loading, which the reference does not mention. */
  ignoreInclude = false;
  /** Ids of contacts that lists leave out; reads by id find them. */
  omitFromLists = new Set<string>();
  /** Ids of contacts that lists give without their side-loaded fields, tags and automations. */
  omitSideLoads = new Set<string>();
  /** Reads are answered with the contacts' state of so long ago, by the simulator's clock. */
  staleMs = 0;

  override clear(): void {
    super.clear();
    this.ignoreIds = false;
    this.ignoreInclude = false;
    this.omitFromLists.clear();
    this.omitSideLoads.clear();
    this.staleMs = 0;
  }
}
