import type { Contact } from '../crm/crm.ts';
import type { Job, World } from '../jobs/apply.ts';
import { type Account, addTagsToCopy, createAccount, fixPasswordSeed, readMember } from '../store/members.ts';
import { hashPassword, newPasswordSeed, passwordFrom } from './password.ts';
import { syncMember } from './sync-member.ts';

/** What a genpass command may ask for beyond the account itself. */
export type GenpassOptions = {
  /** Tags to add when done. */
  tags?: string[];
  /** Automations to start when done. */
  automations?: string[];
  /** Use this password instead of a generated one. */
  password?: string;
  /** False: only fill the CRM's field, create no account. */
  createAccount?: boolean;
};

/**
 * Makes sure that the contact is a member with a password, whatever happened in earlier attempts. A password
 * is never overwritten, neither in the table nor in the CRM's field; one that stands in the field is adopted.
 * The steps, each harmless when repeated: pull, fix the password's seed, fill the CRM's field, create the
 * account, and last the completion signals, which tell an automation that all of it is there.
 */
export async function generatePassword(
  job: Job<unknown>,
  world: World,
  options: GenpassOptions,
): Promise<string> {
  const { site } = world;
  const known = await readMember(site.id, job.contactId);
  const result = known?.account
    ? await refreshMember(job, world, known.account)
    : await createMember(job, world, options);
  await signalCompletion(job, world, options);
  return result;
}

async function refreshMember(job: Job<unknown>, world: World, account: Account): Promise<string> {
  if (account.createdBy === job.id) return created(account);
  if (!world.site.legacyFullUpdate) return 'the member exists; marked for a pull, password untouched';
  await syncMember(job, world);
  return 'the member exists; pulled from the CRM, password untouched';
}

async function createMember(job: Job<unknown>, world: World, options: GenpassOptions): Promise<string> {
  const contact = await syncMember(job, world);
  if (contact.email === '') throw new Error('the contact has no e-mail address yet: looking again later');
  const { password, from } = await choosePassword(contact, world, options);
  if (options.createAccount === false) return `the password field is filled (${from}), no account created`;
  const account: Account = {
    passwordHash: await hashPassword(password),
    passwordFrom: from,
    createdBy: job.id,
    createdAt: new Date().toISOString(),
  };
  const isNew = await createAccount(world.site.id, contact.id, account);
  return isNew ? created(account) : 'another webhook created the account in the meantime';
}

const created = ({ passwordFrom: from }: Account): string => `account created, password ${from}`;

/** The member's one password: the CRM field's, the one that was given, or the one that the seed fixes. */
async function choosePassword(
  contact: Contact,
  { site, crm }: World,
  options: GenpassOptions,
): Promise<{ password: string; from: Account['passwordFrom'] }> {
  const field = site.crm.passwordField;
  const present = field && contact.fields[field]?.trim();
  if (present && present === options.password) return { password: present, from: 'given' };
  const generated = async () =>
    passwordFrom(await fixPasswordSeed(site.id, contact.id, newPasswordSeed()), crm.secret);
  if (present) return { password: present, from: present === (await generated()) ? 'generated' : 'adopted' };
  const password = options.password ?? (await generated());
  if (field) await crm.writeFields(contact.id, { [field]: password });
  return { password, from: options.password ? 'given' : 'generated' };
}

async function signalCompletion(
  job: Job<unknown>,
  { site, crm }: World,
  options: GenpassOptions,
): Promise<void> {
  const tags = [
    ...new Set([...(options.tags ?? []), ...(site.crm.completionTag ? [site.crm.completionTag] : [])]),
  ];
  if (tags.length > 0) {
    await crm.addTags(job.contactId, tags);
    await addTagsToCopy(site.id, job.contactId, tags);
  }
  for (const automation of options.automations ?? []) {
    await crm.startAutomation(job.contactId, automation, job.receivedAt);
  }
}
