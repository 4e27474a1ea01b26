import { ReadFaults } from '../account/read-faults.ts';

/** What simulators can do wrong, and Ontraport's own ways. */
export class OntraportFaults extends ReadFaults {
  /** Ids of contacts that lists give without `contact_cat`, where their tags stand. */
  omitTags = new Set<string>();
  /** How many contacts a list has at most, whatever was asked for; the rest is cut off without a word. */
  cutListsAt = Number.POSITIVE_INFINITY;

  override clear(): void {
    super.clear();
    this.omitTags.clear();
    this.cutListsAt = Number.POSITIVE_INFINITY;
  }
}
