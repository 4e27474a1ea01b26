import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';

/** What a site sells by subscription, as its config has it. */
export type Product = Site['products'][string];

/** A product of a site. @throws Rejected where it has none of this name */
export function productOf({ products }: Pick<Site, 'products'>, name: string): Product {
  const product = Object.hasOwn(products, name) ? products[name] : undefined;
  if (product) return product;
  throw new Rejected(
    `the site has no product ${name}; it has: ${Object.keys(products).join(', ') || 'none'}`,
  );
}

/** The names of a site's products that a subscription to these items is to: several where it has several items. */
export function productsSoldAs(
  { products }: Pick<Site, 'products'>,
  provider: string,
  items: readonly string[],
): string[] {
  const isSoldAs = (product: Product) =>
    product.provider === provider && product.items.some((item) => items.includes(item));
  return Object.keys(products).filter((name) => isSoldAs(products[name] as Product));
}
