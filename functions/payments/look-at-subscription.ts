import type { Job, TimedWorld } from '../jobs/apply.ts';
import { timeOf } from '../jobs/start-job.ts';
import type { Site } from '../platform/config.ts';
import { Rejected, Unavailable } from '../platform/errors.ts';
import { readPaymentLink } from '../store/payment-links.ts';
import { contactReference } from './contact-reference.ts';
import { lives } from './find-subscription.ts';
import { followSubscription, type SubscriptionPlan } from './follow-subscription.ts';
import { openProvider, titleOf } from './open-provider.ts';
import { type Product, productOf, productsSoldAs } from './products.ts';
import type { PaymentProvider, Subscription } from './provider.ts';

/**
 * Asks the provider how a subscription stands, and has member, site and tags follow. What a provider's webhook said
 * does not count: those come late, twice and out of order.
 * @returns what became of the subscription, in words
 */
export async function lookAtSubscription(
  job: Job<unknown>,
  { provider: by, id }: { provider: string; id: string },
  world: TimedWorld,
): Promise<string> {
  const { site } = world;
  const { contactId, plan = {} } = job as Job<unknown> & { plan?: SubscriptionPlan<never> };
  const link = await readPaymentLink({ site: site.id, provider: by, id });
  if (link?.contactId !== contactId)
    throw new Rejected(`${id} is another contact's by now, or nobody's that is known: nothing to do`);
  const provider = await openProvider(site, by, world.remainingMs);
  const readAt = new Date().toISOString();
  const now = timeOf(job);
  const read = await provider.readSubscription(id);
  if (!read) throw new Rejected(`${titleOf(by)} has no subscription ${id} any more`);
  const { state, endsAt } = read;
  if (state === 'cancelling' && endsAt !== undefined && endsAt <= now)
    throw new Unavailable(`${titleOf(by)} has not ended ${id} yet, which was to end at ${endsAt}`);
  const reference = contactReference(site.id, contactId);
  const said: string[] = [];
  for (const [name, product] of productsOf(site, read, link.of, by)) {
    const subscription = (await successorOf(read, { reference, product, provider })) ?? read;
    const owner = { contactId, name, product, provider: by };
    const words = await followSubscription(job, plan, owner, { subscription, readAt, now }, world);
    said.push(`${name}: ${words || 'nothing new'}`);
  }
  return said.join('; ') || `${id} was of the product ${link.of}, which the site does not have any more`;
}

/**
 * The subscription to the product that lives where this one has ended: whoever changes to a new one and ends the old one
 * keeps the access, in whichever order the provider tells of the two. Only asked for where the customer is known, by whom
 * it is found at once.
 */
async function successorOf(
  { state, customer }: Subscription,
  { reference, product, provider }: { reference: string; product: Product; provider: PaymentProvider },
): Promise<Subscription | undefined> {
  if (state !== 'ended' || customer === undefined) return undefined;
  const buyer = { reference, customer, email: async () => undefined };
  return (await provider.findSubscriptions(buyer, product.items)).find(lives);
}

/** What a subscription is to now, or else the product that it was to when it was found. */
function productsOf(
  site: Site,
  { items }: Subscription,
  before: string,
  provider: string,
): [string, Product][] {
  const now = productsSoldAs(site, provider, items);
  const names = now.length > 0 ? now : [before].filter((name) => Object.hasOwn(site.products, name));
  return names.map((name) => [name, productOf(site, name)]);
}
