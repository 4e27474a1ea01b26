import { isDeepStrictEqual } from 'node:util';
import type { Contact } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { lowerFlag, readFlag } from '../store/flags.ts';
import { type Member, type MemberItem, readMember } from '../store/members.ts';
import { changeMember } from './change-member.ts';
import { withOwnFields } from './own-fields.ts';
import { withOwnTags } from './own-tags.ts';

/** A pull of one contact: what was known when it began. */
export type Pull = {
  /** The flag's version that it is done for. */
  version: number;
  /** ISO time. */
  pulledAt: string;
  /** The member as it was then. */
  member: MemberItem | undefined;
};

/** The CRM has no such contact: deleted, or merged into another. */
export class Gone extends Rejected {
  override name = 'Gone';
}

/**
 * Pulls one contact from the CRM and stores it. The flag's version is read before the pull, so a webhook that
 * lands in the middle keeps the flag up.
 * @returns the contact as pulled, and as we changed it lately
 * @throws Gone where the CRM has no such contact; the member, if there was one, is marked then
 */
export async function syncMember(
  { contactId }: { contactId: string },
  { site, crm }: World,
): Promise<Contact> {
  const [{ requestedVersion }, member] = await Promise.all([
    readFlag(site.id, contactId),
    readMember(site.id, contactId),
  ]);
  const pull = { version: requestedVersion, pulledAt: new Date().toISOString(), member };
  const contact = await crm.readContact(contactId);
  if (!contact) throw await storeGone(site, contactId, pull);
  return storeSynced(site, contact, pull);
}

/**
 * Stores a pull: the data first, so that the flag never comes down without it.
 * @returns the contact as pulled, and as we changed it lately
 */
export async function storeSynced(site: Site, contact: Contact, pull: Pull): Promise<Contact> {
  const { lags, now } = await storeCopy(site, contact, pull);
  if (!lags) await lowerFlag(site.id, contact.id, pull.version, new Date().toISOString());
  return now;
}

/**
 * Stores what a pull brought. The password field stays in the CRM; of a password our copy holds nothing but
 * its hash.
 * @returns `now`: the contact as pulled, and as we changed it lately. `lags`: the CRM does not show yet what we
 *   wrote to it, so the contact has to be pulled again
 */
export async function storeCopy(
  site: Site,
  contact: Contact,
  pull: Pull,
): Promise<{ now: Contact; lags: boolean }> {
  const { version, pulledAt } = pull;
  let stands = { now: contact, lags: false };
  const decide = (was: MemberItem | undefined) => {
    stands = withOwnWrites(contact, was, pulledAt);
    if (isNewer(was, pull)) return undefined;
    const { [site.crm.passwordField ?? '']: _, ...fields } = stands.now.fields;
    const { id, ...data } = { ...stands.now, fields };
    const bookkeeping = { site: site.id, contactId: id, version, pulledAt };
    return {
      changes: { ...data, ...bookkeeping, syncedAt: new Date().toISOString(), goneAt: undefined },
      happened: isSame(was, data) ? [] : [{ type: 'member.synced' } as const],
    };
  };
  await changeMember(site, contact.id, decide, pull);
  return stands;
}

function withOwnWrites(pulled: Contact, was: MemberItem | undefined, pulledAt: string) {
  const tags = withOwnTags(pulled.tags, was?.ownTags ?? [], pulledAt);
  const fields = withOwnFields(pulled.fields, was?.ownFields ?? [], pulledAt);
  return {
    now: { ...pulled, tags: tags.tags, fields: fields.fields },
    lags: tags.lags || fields.lags,
  };
}

/**
 * Stores that the CRM has no such contact: its member keeps its account and its data, and loses its tags and
 * with them all that it may see.
 * @returns the error that says so
 */
export async function storeGone(site: Site, contactId: string, pull: Pull): Promise<Gone> {
  const { version, pulledAt } = pull;
  const decide = (was: MemberItem | undefined) => {
    if (!was?.pulledAt || isNewer(was, pull)) return undefined; // what was never a copy needs no mark
    const goneAt = was.goneAt ?? pulledAt;
    const changes = { tags: [], goneAt, version, pulledAt, syncedAt: new Date().toISOString() };
    return { changes, happened: was.goneAt ? [] : [{ type: 'member.synced' } as const] };
  };
  await changeMember(site, contactId, decide, pull);
  await lowerFlag(site.id, contactId, version, new Date().toISOString());
  return new Gone(`the CRM has no contact ${contactId}: deleted, or merged into another`);
}

/** Whether the copy comes from a pull that began later: its data is newer. */
const isNewer = (was: MemberItem | undefined, { version, pulledAt }: Pull): boolean =>
  was?.version !== undefined &&
  (was.version > version || (was.version === version && (was.pulledAt ?? '') > pulledAt));

type Data = Pick<Member, 'email' | 'firstName' | 'lastName' | 'phone' | 'fields' | 'tags'>;

function isSame(was: MemberItem | undefined, now: Data): boolean {
  if (!was || was.goneAt) return false;
  const { email, firstName, lastName, phone, fields, tags = [] } = was;
  return isDeepStrictEqual(
    { email, firstName, lastName, phone, fields, tags: tags.toSorted() },
    { ...now, tags: now.tags.toSorted() },
  );
}
