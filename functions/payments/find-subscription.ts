import type { World } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { type KnownSubscription, readMember } from '../store/members.ts';
import { writePaymentLink } from '../store/payment-links.ts';
import { buyerOf } from './buyer.ts';
import { contactReference } from './contact-reference.ts';
import { titleOf } from './open-provider.ts';
import { type Product, productsSoldAs } from './products.ts';
import type { PaymentProvider, Subscription } from './provider.ts';
import { nowKnown, type Seen } from './seen.ts';

/**
 * Finds a contact's subscription to a product: the one that it is known to have, else what the provider finds. One
 * that lives goes before those that have ended, of which the last counts.
 * @throws Rejected where there is none, or several that live: it is never guessed which one is meant
 */
export async function findSubscription(
  contactId: string,
  { name, product, provider }: { name: string; product: Product; provider: PaymentProvider },
  world: World,
): Promise<Seen> {
  const { site } = world;
  const readAt = new Date().toISOString();
  const member = await readMember(site.id, contactId);
  const known = member?.subscriptions?.[name];
  const linked = known && (await readLinked(known, { name, product, provider }, { site, readAt }));
  if (linked && lives(linked)) return { subscription: linked, readAt };

  const buyer = buyerOf(contactId, product.provider, member, world);
  const found = await provider.findSubscriptions(buyer, product.items);
  const living = found.filter(lives);
  if (living.length > 1) {
    const ids = living.map(({ id }) => id).join(', ');
    throw new Rejected(
      `${titleOf(product.provider)} has ${living.length} subscriptions of this contact to ${name}: ${ids}; end all but one`,
    );
  }
  const subscription = living[0] ?? linked ?? lastEnded(found);
  if (subscription) {
    // What the provider tells of it while it is being changed leads to this contact, too.
    const at = { site: site.id, provider: product.provider, id: subscription.id };
    await writePaymentLink(at, { contactId, of: name });
    return { subscription, readAt };
  }
  throw new Rejected(
    `${titleOf(product.provider)} has no subscription of this contact to ${name}; ` +
      `if it has, write ${contactReference(site.id, contactId)} into its metadata: see docs/payments.md`,
  );
}

/**
 * The subscription that is known, as its provider has it now: one that was cancelled, and is paid for still, goes on.
 * @returns undefined where it is not there any more, or was moved to another product of the site
 */
async function readLinked(
  known: KnownSubscription,
  { name, product, provider }: { name: string; product: Product; provider: PaymentProvider },
  { site, readAt }: { site: Site; readAt: string },
): Promise<Subscription | undefined> {
  const read = await provider.readSubscription(known.id);
  if (!read) return undefined;
  const soldAs = productsSoldAs(site, product.provider, read.items);
  if (soldAs.length > 0 && !soldAs.includes(name)) return undefined;
  const { state, endsAt } = nowKnown(known, product.provider, { subscription: read, readAt });
  return { ...read, state, ...(endsAt !== undefined && { endsAt }) };
}

/** Whether a subscription goes on, charged or not. */
export const lives = ({ state }: Subscription): boolean => state !== 'ended';

const lastEnded = (ended: readonly Subscription[]): Subscription | undefined =>
  ended.toSorted((a, b) => (a.endsAt ?? '').localeCompare(b.endsAt ?? '')).at(-1);
