/** The largest page of Stripe's lists. */
export const PAGE = 100;

/** Everything that a list of Stripe's has, page after page. */
export async function allOf<Item>(list: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of list) items.push(item);
  return items;
}
