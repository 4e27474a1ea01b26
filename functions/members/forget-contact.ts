import { providers } from '../payments/providers.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { type ContactItem, deleteItems, itemsOfContact } from '../store/contact-items.ts';
import { attemptsKey, managedContactKey, memberKey, paymentLinkKey } from '../store/keys.ts';
import { readManagedContacts } from '../store/managed-contacts.ts';
import { readMember } from '../store/members.ts';
import { readPaymentLink } from '../store/payment-links.ts';
import { type Place, readPlacesAndTeams } from '../store/teams.ts';
import { leaveTeam } from '../teams/leave-team.ts';
import { attemptsOfMember } from './login.ts';

/** What there is of a contact. */
export type Traces = {
  contactId: string;
  /** Everything in its partition. */
  items: ContactItem[];
  places: Place[];
  /** Items elsewhere that name it, or its e-mail address. */
  elsewhere: { pk: string; sk: string }[];
};

/** Finds what there is of a contact. */
export async function findTraces(site: Site, contactId: string): Promise<Traces> {
  const [items, placesAndTeams, elsewhere] = await Promise.all([
    itemsOfContact(site.id, contactId),
    readPlacesAndTeams(site.id, contactId),
    findElsewhere(site, contactId),
  ]);
  return { contactId, items, places: placesAndTeams.map(({ place }) => place), elsewhere };
}

/**
 * Payment links and counts of logins, as far as the member leads to them. Login tokens cannot be found: they lie
 * under their hashes, and expire after ten minutes.
 */
async function findElsewhere({ id: site }: Site, contactId: string): Promise<Traces['elsewhere']> {
  const [member, [managed]] = await Promise.all([
    readMember(site, contactId),
    readManagedContacts(site, [contactId]),
  ]);
  const addresses = [member?.email, managed?.email].filter((email) => email !== undefined && email !== '');
  const found = new Set(addresses as string[]);
  const attempts = [...found].map((email) => attemptsKey(attemptsOfMember(site, email)));
  const paid = [...Object.values(member?.subscriptions ?? {}), ...Object.values(member?.coupons ?? {})];
  const links = [];
  for (const { id } of paid) {
    for (const { name: provider } of providers) {
      const at = id !== undefined && { site, provider, id };
      if (at && (await readPaymentLink(at))?.contactId === contactId)
        links.push(paymentLinkKey(site, provider, at.id));
    }
  }
  return [...links, ...attempts];
}

/**
 * Erases what there is of a contact. It can be repeated: what leads to the rest goes last.
 * @throws Rejected where the contact leads a team or has jobs that wait: the message says what to do first
 */
export async function forgetContact(site: Site, traces: Traces): Promise<void> {
  const { contactId, places, elsewhere } = traces;
  refuse(traces, new Date().toISOString());
  const now = new Date().toISOString();
  for (const { program } of places)
    await leaveTeam(site, { program, contactId, by: 'forget', askedAt: now }, NO_MARK);
  await deleteItems(elsewhere);
  const { sk: member } = memberKey(site.id, contactId);
  const { sk: managed } = managedContactKey(site.id, contactId);
  const items = await itemsOfContact(site.id, contactId);
  refuse({ ...traces, items, places: [] }, now); // what has come in the meantime
  await deleteItems(items.filter(({ sk }) => sk !== member && sk !== managed));
  await deleteItems(items.filter(({ sk }) => sk === managed));
  await deleteItems(items.filter(({ sk }) => sk === member));
}

/** Leaving twice is harmless: who is in no team has nothing to leave. So nothing marks it as done. */
const NO_MARK = { parts: () => [], found: async () => undefined };

/**
 * A job would bring back what is erased. Those for a coming date, such as a code's expiry, go with the contact; and so
 * does what waits to be handed to a plugin, which may take days: its message finds nothing any more.
 */
function refuse({ contactId, items, places }: Traces, now: string): void {
  const led = places.filter(({ role }) => role === 'leader').map(({ program }) => program);
  if (led.length > 0)
    throw new Rejected(
      `contact ${contactId} leads a team of ${led.join(', ')}: delete the team with aal_deleteteam, or transfer it by the site API`,
    );
  const waiting = items.filter(
    ({ queue, state, receivedAt = '', heldUntil = '' }) =>
      queue !== undefined &&
      state === 'queued' &&
      (queue === 'deliveries' ? heldUntil > now : receivedAt <= now),
  );
  if (waiting.length > 0)
    throw new Rejected(
      `${waiting.length} jobs of contact ${contactId} are not done yet: try again when they are`,
    );
}
