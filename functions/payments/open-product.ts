import type { TimedWorld } from '../jobs/apply.ts';
import type { Ability } from './definition.ts';
import type { Owner } from './note-subscription.ts';
import { openProvider, refuseUnlessAble, titleOf } from './open-provider.ts';
import { type Product, productOf } from './products.ts';
import type { PaymentProvider } from './provider.ts';

/** A product of a site, its provider, and whose subscription to it a job is about. */
export type OpenProduct = {
  product: Product;
  provider: PaymentProvider;
  /** What people call the provider. */
  title: string;
  owner: Owner & { product: Product };
};

/**
 * Opens the provider of a product for a job.
 * @param needs what the provider has to be able to do
 * @throws Rejected where the site has no such product, or its provider is not able
 */
export async function openProduct(
  contactId: string,
  name: string,
  { site, remainingMs }: TimedWorld,
  needs?: Ability,
): Promise<OpenProduct> {
  const product = productOf(site, name);
  if (needs) refuseUnlessAble(product.provider, needs);
  const provider = await openProvider(site, product.provider, remainingMs);
  const owner = { contactId, name, product, provider: product.provider };
  return { product, provider, title: titleOf(product.provider), owner };
}
