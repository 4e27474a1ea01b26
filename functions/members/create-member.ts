import type { Contact } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { newSiteEvents, tellSite } from '../site-events/tell-site.ts';
import { type Account, createAccount, fixPasswordSeed } from '../store/members.ts';
import { hashPassword, newPasswordSeed, passwordFrom } from './password.ts';
import { syncMember } from './sync-member.ts';
import { takeOverAccount } from './take-over-account.ts';

/** How a member is to be created. */
export type CreationOptions = {
  /** Use this password instead of a generated one. */
  password?: string;
  /** False: only fill the CRM's field, create no account. */
  createAccount?: boolean;
};

/** What became of it. `exists`: another webhook or request created the account in the meantime. */
export type Creation =
  | { account: 'created' | 'none'; passwordFrom: Account['passwordFrom'] }
  | { account: 'exists' }
  | { account: 'taken over'; from: string };

/**
 * Makes a contact without an account a member, with a password that is the same whoever does it and how often.
 * A password that stands in the CRM's field is adopted. The steps, each harmless when repeated: pull, fix the
 * password's seed, fill the CRM's field, create the account.
 * @param by the webhook or the request that asks for it
 */
export async function createMember(
  { contactId, by }: { contactId: string; by: string },
  world: World,
  options: CreationOptions,
): Promise<Creation> {
  const { site } = world;
  const contact = await syncMember({ contactId }, world);
  if (contact.email === '') throw new Error('the contact has no e-mail address yet: it needs one in the CRM');
  const former = await takeOverAccount(contact, world);
  if (former !== undefined) return { account: 'taken over', from: former };
  const chosen = await choosePassword(contact, world, options);
  if (options.createAccount === false) return { account: 'none', passwordFrom: chosen.from };
  const isNew = await openAccount({ contactId: contact.id, by }, site, chosen);
  return isNew ? { account: 'created', passwordFrom: chosen.from } : { account: 'exists' };
}

/** A password, and where it comes from. */
export type ChosenPassword = { password: string; from: Account['passwordFrom'] };

/**
 * Creates a contact's account with this password, and tells the site.
 * @param tagsDue tags that the contact has yet to get: noted with the account
 * @returns false where it has an account already
 */
export async function openAccount(
  { contactId, by }: { contactId: string; by: string },
  site: Site,
  { password, from }: ChosenPassword,
  tagsDue: readonly string[] = [],
): Promise<boolean> {
  const account: Account = {
    passwordHash: await hashPassword(password),
    passwordFrom: from,
    createdBy: by,
    createdAt: new Date().toISOString(),
  };
  const events = newSiteEvents(site, contactId, [
    { type: 'member.created' },
    { type: 'member.password-generated', data: { from } },
  ]);
  const isNew = await createAccount(site.id, contactId, account, events, tagsDue);
  if (isNew) await tellSite(events);
  return isNew;
}

/** The member's one password: the CRM field's, the one that was given, or the one that the seed fixes. */
async function choosePassword(
  contact: Contact,
  { site, crm }: World,
  options: CreationOptions,
): Promise<ChosenPassword> {
  const field = site.crm.passwordField;
  const present = passwordIn(contact, field);
  if (present && present === options.password) return { password: present, from: 'given' };
  const generated = () => generatedPassword(contact.id, { site, crm });
  if (present) return { password: present, from: present === (await generated()) ? 'generated' : 'adopted' };
  const password = options.password ?? (await generated());
  if (field) await crm.writeFields(contact.id, { [field]: password });
  return { password, from: options.password ? 'given' : 'generated' };
}

/** The one password that is generated for a contact, whoever asks and how often, until it has an account. */
export const generatedPassword = async (contactId: string, { site, crm }: World): Promise<string> =>
  passwordFrom(await fixPasswordSeed(site.id, contactId, newPasswordSeed()), crm.secret);

/** The password that stands in the contact's field in the CRM. */
export const passwordIn = ({ fields }: Contact, field: string | undefined): string | undefined =>
  (field && fields[field]?.trim()) || undefined;
