import { definition as look } from '../commands/subscription-look.ts';
import type { Job, TimedWorld } from '../jobs/apply.ts';
import { sendJob, startPart } from '../jobs/start-job.ts';
import { presentContacts } from '../members/present-contacts.ts';
import { Rejected } from '../platform/errors.ts';
import { paymentLinkPart, readPaymentLink } from '../store/payment-links.ts';
import { writeTogether } from '../store/table.ts';
import { contactReference, referencedContact } from './contact-reference.ts';
import { openProvider, titleOf } from './open-provider.ts';
import { productsSoldAs } from './products.ts';
import type { PaymentProvider, Subscription } from './provider.ts';

/**
 * Finds the contact that a subscription belongs to, by what is known, else by its metadata, else by its e-mail address,
 * and starts the job of that contact that looks at it. From then on the link is known.
 * @returns what was found, in words
 * @throws Rejected where it belongs to nobody, or to one of several
 */
export async function findOwner(
  { id: job, receivedAt }: Job<unknown>,
  { provider: by, id }: { provider: string; id: string },
  { site, remainingMs }: TimedWorld,
): Promise<string> {
  const provider = await openProvider(site, by, remainingMs);
  const subscription = await provider.readSubscription(id);
  if (!subscription) return `${titleOf(by)} has no subscription ${id} that has begun: nothing to do`;
  const [product] = productsSoldAs(site, by, subscription.items);
  if (product === undefined) return 'not of a product of this site: nothing to do';
  const contactId =
    (await readPaymentLink({ site: site.id, provider: by, id }))?.contactId ?? // known meanwhile
    referencedContact(site.id, subscription.reference) ??
    (await contactByEmail(site.id, subscription, provider));

  const follows = {
    ...{ id: `${job}-${contactId}`, site: site.id, command: look.name, contactId, receivedAt },
    parameters: { provider: by, id },
  };
  // Where this was done before, its record is there already and the transaction is refused.
  await writeTogether([
    paymentLinkPart({ site: site.id, provider: by, id }, { contactId, of: product }),
    startPart(follows, site),
  ]);
  await sendJob(follows, site);
  return `contact ${contactId}, ${product}`;
}

async function contactByEmail(
  site: string,
  subscription: Subscription,
  provider: PaymentProvider,
): Promise<string> {
  const mend = `write ${contactReference(site, '<contact id>')} into its metadata: see docs/payments.md`;
  const email = subscription.reference === undefined ? await provider.readEmail(subscription) : undefined;
  const contacts = email === undefined ? [] : await presentContacts(site, email);
  const [contactId, ...others] = contacts;
  if (contactId === undefined)
    throw new Rejected(`no contact that Latchkey knows has the subscription ${subscription.id}; ${mend}`);
  if (others.length > 0)
    throw new Rejected(`contacts ${contacts.join(', ')} have the subscription's e-mail address; ${mend}`);
  return contactId;
}
