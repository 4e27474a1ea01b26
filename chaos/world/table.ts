import type { LocalCloud } from '../../local/cloud.ts';
import { allItemsOf, type Item } from '../../local/items-of.ts';

/** The table, seen by somebody whom no fault strikes. */
export type Table = {
  /** Every item, up to date. */
  items(): Promise<Item[]>;
};

export const openTable = (cloud: LocalCloud): Table => ({ items: () => allItemsOf(cloud) });
