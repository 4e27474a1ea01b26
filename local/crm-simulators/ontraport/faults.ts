import { FaultSwitchboard } from '../fault-switchboard.ts';

/** What every simulator can do wrong, and Ontraport's own ways. */
export class OntraportFaults extends FaultSwitchboard {
  /** Ids of contacts that lists leave out; reads by id find them. */
  omitFromLists = new Set<string>();
  /** Ids of contacts that lists give without `contact_cat`, where their tags stand. */
  omitTags = new Set<string>();
  /** How many contacts a list has at most, whatever was asked for; the rest is cut off without a word. */
  cutListsAt = Number.POSITIVE_INFINITY;

  override clear(): void {
    super.clear();
    this.omitFromLists.clear();
    this.omitTags.clear();
    this.cutListsAt = Number.POSITIVE_INFINITY;
  }
}
