import type SDK from 'stripe';
import { Rejected } from '../../platform/errors.ts';
import type { Buyer } from '../provider.ts';
import { isMissing, isRefusal } from './errors.ts';
import { allOf, PAGE } from './pages.ts';
import { isOfAnother, METADATA_KEY, referenceOf, searchFor } from './reference.ts';
import { idOf } from './subscription.ts';

/** Customers that a complaint names: more are of no help. */
const MOST_NAMED = 10;

/**
 * The subscriptions of a buyer, of whatever state, with their customers expanded: those of the buyer's customer, and
 * those whose own metadata names the buyer. One whose own metadata names somebody else is not among them.
 * @throws Rejected where several customers match
 */
export async function subscriptionsOf(sdk: SDK, buyer: Buyer): Promise<SDK.Subscription[]> {
  const named = await subscriptionsNaming(sdk, buyer.reference);
  const customer =
    (await customerByMetadata(sdk, buyer)) ??
    (named.length === 0 ? await customerByEmail(sdk, buyer) : undefined);
  const ofCustomer = customer
    ? await allOf(sdk.subscriptions.list({ customer, status: 'all', limit: PAGE, expand: ['data.customer'] }))
    : [];
  const all = new Map([...ofCustomer, ...named].map((subscription) => [subscription.id, subscription]));
  return [...all.values()].filter(({ metadata }) => !isOfAnother(metadata, buyer.reference));
}

/**
 * The buyer's customer: the one that is known, or whose metadata names the buyer, or who has a subscription that
 * names the buyer, or who has the buyer's e-mail address.
 * @throws Rejected where several match
 */
export async function customerIdOf(sdk: SDK, buyer: Buyer): Promise<string | undefined> {
  const byMetadata = await customerByMetadata(sdk, buyer);
  if (byMetadata) return byMetadata;
  const named = await subscriptionsNaming(sdk, buyer.reference);
  const customers = await readCustomers(
    sdk,
    named.map(({ customer }) => idOf(customer)),
  );
  const ofNamed = customers.filter(({ metadata }) => !isOfAnother(metadata, buyer.reference));
  return onlyOne(ofNamed, buyer.reference) ?? (await customerByEmail(sdk, buyer));
}

/** Reads a customer; undefined where there is none, or it is deleted. */
export async function readCustomer(sdk: SDK, id: string): Promise<SDK.Customer | undefined> {
  if (!isId(id)) return undefined;
  try {
    const customer = await sdk.customers.retrieve(id);
    return customer.deleted ? undefined : customer;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** Whether it can be an id of Stripe's: what else is put into a path may lead elsewhere. */
export const isId = (id: string): boolean => /^\w{1,255}$/.test(id);

async function customerByMetadata(sdk: SDK, { reference, customer }: Buyer): Promise<string | undefined> {
  const known = customer === undefined ? undefined : await readCustomer(sdk, customer);
  if (known) return known.id;
  const found = await search(sdk.customers.search({ query: searchFor(reference), limit: PAGE }));
  const customers = await readCustomers(sdk, found);
  const named = customers.filter(({ metadata }) => referenceOf(metadata) === reference);
  return onlyOne(named, reference);
}

/** Stripe's addresses are as customers typed them, and the list tells small letters from capitals. */
async function customerByEmail(sdk: SDK, buyer: Buyer): Promise<string | undefined> {
  const email = await buyer.email();
  if (!email) return undefined;
  const customers = new Map<string, SDK.Customer>();
  for (const form of new Set([email, email.toLowerCase()]))
    for (const each of await allOf(sdk.customers.list({ email: form, limit: PAGE })))
      customers.set(each.id, each);
  const possible = [...customers.values()].filter(({ metadata }) => !isOfAnother(metadata, buyer.reference));
  // The search may not know yet what the list does.
  const named = possible.filter(({ metadata }) => referenceOf(metadata) === buyer.reference);
  return onlyOne(named.length > 0 ? named : possible, buyer.reference);
}

async function subscriptionsNaming(sdk: SDK, reference: string): Promise<SDK.Subscription[]> {
  const ids = await search(sdk.subscriptions.search({ query: searchFor(reference), limit: PAGE }));
  const found: SDK.Subscription[] = [];
  for (const id of ids) found.push(await sdk.subscriptions.retrieve(id, { expand: ['customer'] }));
  return found.filter(({ metadata }) => referenceOf(metadata) === reference);
}

async function readCustomers(sdk: SDK, ids: readonly string[]): Promise<SDK.Customer[]> {
  const found: SDK.Customer[] = [];
  for (const id of new Set(ids)) {
    const customer = await readCustomer(sdk, id);
    if (customer) found.push(customer);
  }
  return found;
}

/**
 * The ids that a search finds. It runs a minute behind, so what is found has to be read anew. In some countries
 * Stripe has no search; then it finds nothing.
 */
async function search(pages: SDK.ApiSearchResultPromise<{ id: string }>): Promise<string[]> {
  try {
    return (await allOf(pages)).map(({ id }) => id);
  } catch (error) {
    if (isRefusal(error) && NO_SEARCH.test(error.message)) return [];
    throw error;
  }
}

/**
 * How Stripe says it, for want of a code: "search feature unavailable for merchant", "The search feature is
 * temporarily unavailable in your region."
 * @see https://github.com/better-auth/better-auth/issues/7959
 * @see https://github.com/SAP-archive/btp-create-api-integrations/issues/7
 */
const NO_SEARCH = /\bsearch\b.*\bunavailable\b/i;

function onlyOne(customers: readonly SDK.Customer[], reference: string): string | undefined {
  if (customers.length < 2) return customers[0]?.id;
  const ids = customers.slice(0, MOST_NAMED).map(({ id }) => id);
  const more = customers.length - ids.length;
  throw new Rejected(
    `${customers.length} customers at Stripe may be this contact's: ${ids.join(', ')}` +
      `${more > 0 ? ` and ${more} more` : ''}. Set the metadata \`${METADATA_KEY}\` of the right one to ` +
      `\`${reference}\`, then replay.`,
  );
}
