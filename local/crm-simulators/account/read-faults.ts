import { FaultSwitchboard } from '../fault-switchboard.ts';

/** What every simulator can do wrong, and the ways in which reads of contacts can. Times are milliseconds. */
export class ReadFaults extends FaultSwitchboard {
  /** Lists answer as if no contact had been asked for by its id. */
  ignoreIds = false;
  /** Ids of contacts that lists leave out; reads by id find them. */
  omitFromLists = new Set<string>();
  /** Reads are answered with the contacts' state of so long ago, by the simulator's clock. */
  staleMs = 0;

  override clear(): void {
    super.clear();
    this.ignoreIds = false;
    this.omitFromLists.clear();
    this.staleMs = 0;
  }
}
