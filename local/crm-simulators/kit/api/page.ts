const DEFAULT_PAGE = 500;
const MAX_PAGE = 1000;

/** What a list is ordered by, and which way. */
export type Order<Item> = { by(item: Item): number; descending: boolean };

export type Page<Item> = { items: Item[]; pagination: Record<string, unknown> };

/**
 * The page that `after` and `per_page` ask for. A cursor holds what the list is ordered by and nothing else, as
 * the vendor's examples do: of items that have it in common, those that did not fit onto a page are on no other.
 */
export function page<Item>(found: Item[], order: Order<Item>, query: URLSearchParams): Page<Item> {
  const sign = order.descending ? -1 : 1;
  const sorted = found.toSorted((a, b) => sign * (order.by(a) - order.by(b)));
  const after = query.get('after');
  const rest =
    after === null ? sorted : sorted.filter((item) => sign * (order.by(item) - decoded(after)) > 0);
  const size = Math.min(Number(query.get('per_page')) || DEFAULT_PAGE, MAX_PAGE);
  const items = rest.slice(0, size);
  const cursor = (item: Item | undefined): string | null => (item ? encoded(order.by(item)) : null);
  return {
    items,
    pagination: {
      has_previous_page: rest.length < sorted.length,
      has_next_page: rest.length > items.length,
      start_cursor: cursor(items[0]),
      end_cursor: cursor(items.at(-1)),
      per_page: size,
      ...(query.get('include_total_count') === 'true' && { total_count: sorted.length }),
    },
  };
}

const encoded = (value: number): string => Buffer.from(`[${value}]`).toString('base64');
const decoded = (cursor: string): number => Number(Buffer.from(cursor, 'base64').toString().slice(1, -1));
