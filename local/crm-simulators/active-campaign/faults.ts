import { ReadFaults } from '../account/read-faults.ts';

/** What simulators can do wrong, and ActiveCampaign's own ways: `ids` and `include` in one request are undocumented. */
export class ActiveCampaignFaults extends ReadFaults {
  /** Lists answer without side-loading, which the reference does not mention. */
  ignoreInclude = false;
  /** Ids of contacts that lists give without their side-loaded fields, tags and automations. */
  omitSideLoads = new Set<string>();

  override clear(): void {
    super.clear();
    this.ignoreInclude = false;
    this.omitSideLoads.clear();
  }
}
