import { availableParallelism } from 'node:os';
import pMap from 'p-map';
import type { Contact } from '../crm/crm.ts';
import { addressKey, type ContactImport, type ImportedPerson } from '../crm/imports.ts';
import type { World } from '../jobs/apply.ts';
import type { Site } from '../platform/config.ts';
import { Rejected } from '../platform/errors.ts';
import { readFlag } from '../store/flags.ts';
import { type Account, type MemberItem, readMember, readMembers } from '../store/members.ts';
import { contactIdsByEmail } from '../store/members-by-email.ts';
import { changeMember } from './change-member.ts';
import { notedTags } from './change-tags.ts';
import { type ChosenPassword, generatedPassword, openAccount, passwordIn } from './create-member.ts';
import { type Pull, storeSynced, syncMember } from './sync-member.ts';
import { takeOverAccount } from './take-over-account.ts';

/** Somebody who is to be a member. */
export type Newcomer = ImportedPerson & {
  tags: readonly string[];
  /** Left out, one is generated. */
  password?: string;
};

/** What became of a newcomer. `kept`: there was an account with this address, made by the webhook, request or import `by`. */
export type Arrival =
  | { outcome: 'created'; contactId: string; passwordFrom: Account['passwordFrom']; tagsRefused?: string }
  | { outcome: 'kept'; contactId: string; by: string }
  | { outcome: 'refused'; reason: string };

/** A world with a way to bring many people into its CRM. */
export type ImportWorld = World & { imports: ContactImport };

type Arrivals = Map<Newcomer, Arrival>;

const AT_ONCE = 25; // members side by side, each a few small requests to the table
/** Hashing takes threads of Node's pool; one is left for looking up the names of hosts, or requests time out. */
const HASHES_AT_ONCE = Math.max(1, Math.min(availableParallelism(), threads() - 1));

function threads(): number {
  const { UV_THREADPOOL_SIZE = '4' } = process.env;
  return Number(UV_THREADPOOL_SIZE) || 4;
}

/**
 * Makes people members, as many as one import takes, without webhooks. Whoever has an account keeps it as it is.
 *
 * The table alone says what is done, so a repeat after a crash goes on where it stopped. The order is that of
 * genpass: the contact, its copy here, the password in the CRM's field, the account, and last the tags, by which
 * automations learn that all of it is there. With the account it is noted which tags are due.
 * @param by names the import; accounts that an earlier try has made have it
 * @throws what kept the CRM or the table from doing it now; a repeat is harmless
 */
export async function importMembers(
  newcomers: readonly Newcomer[],
  by: string,
  world: ImportWorld,
): Promise<Arrivals> {
  const arrivals: Arrivals = new Map();
  const holders = await findHolders(newcomers, world.site);
  for (const [newcomer, { contactId, account }] of holders)
    arrivals.set(newcomer, arrivalOf(contactId, account, by));

  const others = newcomers.filter((newcomer) => !arrivals.has(newcomer));
  const contacts = await bringIn(others, arrivals, by, world);
  const passwords = await choosePasswords(contacts, arrivals, world);
  await openAccounts(passwords, arrivals, by, world.site);
  await addDueTags(newcomers, arrivals, world);
  return arrivals;
}

type Holder = MemberItem & { contactId: string; account: Account };

/** Who has an account with the newcomers' addresses, of a contact that the CRM still has as far as is known. */
async function findHolders(newcomers: readonly Newcomer[], { id }: Site): Promise<Map<Newcomer, Holder>> {
  const holders = new Map<Newcomer, Holder>();
  await pMap(
    newcomers,
    async (newcomer) => {
      const contactIds = await contactIdsByEmail(id, newcomer.email);
      if (contactIds.length === 0) return;
      for (const [contactId, { account, goneAt, ...member }] of await readMembers(id, contactIds))
        if (account && !goneAt) holders.set(newcomer, { ...member, contactId, account });
    },
    { concurrency: AT_ONCE },
  );
  return holders;
}

const arrivalOf = (contactId: string, { createdBy, passwordFrom }: Account, by: string): Arrival =>
  createdBy === by
    ? { outcome: 'created', contactId, passwordFrom }
    : { outcome: 'kept', contactId, by: createdBy };

/**
 * Makes sure that the CRM has these people, and that we have a copy of them.
 * @returns the contacts that have no account yet
 */
async function bringIn(
  newcomers: readonly Newcomer[],
  arrivals: Arrivals,
  by: string,
  world: ImportWorld,
): Promise<Map<Newcomer, Contact>> {
  if (newcomers.length === 0) return new Map();
  const people = newcomers.map(({ password: _, tags: __, ...person }) => person);
  const { ids, refused } = await world.imports.importPeople(people);
  const pulled = await pullMany(ids, world);
  const contacts = new Map<Newcomer, Contact>();
  await pMap(
    newcomers,
    (newcomer) =>
      unlessRefused(newcomer, arrivals, async () => {
        const refusal = refused.get(addressKey(newcomer.email));
        if (refusal) throw refusal;
        const found = pulled.get(addressKey(newcomer.email));
        const contact = found
          ? await storeSynced(world.site, found.contact, found.pull)
          : await bringInSingly(newcomer, world);
        const account = await accountOf(contact, found?.pull, world);
        if (account) arrivals.set(newcomer, arrivalOf(contact.id, account, by));
        else contacts.set(newcomer, contact);
      }),
    { concurrency: AT_ONCE },
  );
  return contacts;
}

/** The contacts of an import as they are now, by e-mail address. */
async function pullMany(
  ids: readonly string[],
  { site, crm }: World,
): Promise<Map<string, { contact: Contact; pull: Pull }>> {
  const members = await readMembers(site.id, ids);
  const flags = await pMap(ids, (id) => readFlag(site.id, id), { concurrency: AT_ONCE });
  const versions = new Map(ids.map((id, index) => [id, flags[index]?.requestedVersion ?? 0]));
  const pulledAt = new Date().toISOString();
  const found = new Map<string, { contact: Contact; pull: Pull }>();
  for (const contact of (await crm.readContacts(ids)).values()) {
    if (contact instanceof Error) continue; // is asked for singly, and fails then if it has to
    const pull = { version: versions.get(contact.id) ?? 0, pulledAt, member: members.get(contact.id) };
    found.set(addressKey(contact.email), { contact, pull });
  }
  return found;
}

/** For whom an import did not tell the id of. */
async function bringInSingly(
  { fields = {}, email, firstName, lastName, phone }: Newcomer,
  world: ImportWorld,
) {
  const contactId = await world.crm.upsertContact({ email, firstName, lastName, ...(phone && { phone }) });
  if (Object.keys(fields).length > 0) await world.crm.writeFields(contactId, fields);
  return syncMember({ contactId }, world);
}

/** The account that a contact has under another address, or takes over from one that was merged into it. */
async function accountOf(
  contact: Contact,
  pull: Pull | undefined,
  world: World,
): Promise<Account | undefined> {
  const member = pull ? pull.member : await readMember(world.site.id, contact.id);
  if (member?.account) return member.account;
  const former = await takeOverAccount(contact, world);
  return former === undefined ? undefined : (await readMember(world.site.id, contact.id))?.account;
}

/** Chooses each member's password, and puts those that are generated into the CRM's field. */
async function choosePasswords(
  contacts: ReadonlyMap<Newcomer, Contact>,
  arrivals: Arrivals,
  world: ImportWorld,
): Promise<Map<Newcomer, ChosenPassword & { contact: Contact }>> {
  const { passwordField: field } = world.site.crm;
  const chosen = new Map<Newcomer, ChosenPassword & { contact: Contact }>();
  const unwritten = new Map<Newcomer, { contact: Contact; password: string }>();
  await pMap(
    contacts,
    async ([newcomer, contact]) => {
      if (newcomer.password !== undefined) {
        chosen.set(newcomer, { contact, password: newcomer.password, from: 'given' });
        return;
      }
      const generated = await generatedPassword(contact.id, world);
      const present = passwordIn(contact, field);
      const from = present === undefined || present === generated ? 'generated' : 'adopted';
      chosen.set(newcomer, { contact, password: present ?? generated, from });
      if (field && present === undefined) unwritten.set(newcomer, { contact, password: generated });
    },
    { concurrency: AT_ONCE },
  );
  if (field) await writePasswords(unwritten, field, arrivals, world);
  for (const newcomer of arrivals.keys()) chosen.delete(newcomer);
  return chosen;
}

async function writePasswords(
  passwords: ReadonlyMap<Newcomer, { contact: Contact; password: string }>,
  field: string,
  arrivals: Arrivals,
  { imports, crm }: ImportWorld,
): Promise<void> {
  if (passwords.size === 0) return;
  const people = [...passwords.values()].map(({ contact, password }) => ({
    ...known(contact.id, contact.email),
    fields: { [field]: password },
  }));
  const { ids, refused } = await imports.importPeople(people);
  const written = new Set(ids);
  for (const [newcomer, { contact, password }] of passwords) {
    await unlessRefused(newcomer, arrivals, async () => {
      const refusal = refused.get(addressKey(contact.email));
      if (refusal) throw refusal;
      if (!written.has(contact.id)) await crm.writeFields(contact.id, { [field]: password });
    });
  }
}

async function openAccounts(
  passwords: ReadonlyMap<Newcomer, ChosenPassword & { contact: Contact }>,
  arrivals: Arrivals,
  by: string,
  site: Site,
): Promise<void> {
  await pMap(
    passwords,
    async ([newcomer, { contact, ...chosen }]) => {
      const contactId = contact.id;
      const isNew = await openAccount({ contactId, by }, site, chosen, newcomer.tags);
      const account = isNew ? undefined : (await readMember(site.id, contactId))?.account;
      const made = { outcome: 'created', contactId, passwordFrom: chosen.from } as const;
      arrivals.set(newcomer, account ? arrivalOf(contactId, account, by) : made);
    },
    { concurrency: HASHES_AT_ONCE },
  );
}

/** Adds the tags that are noted with the accounts, those of an earlier try included. */
async function addDueTags(
  newcomers: readonly Newcomer[],
  arrivals: Arrivals,
  { site, crm, imports }: ImportWorld,
): Promise<void> {
  const contactIds = newcomers.flatMap((newcomer) => {
    const arrival = arrivals.get(newcomer);
    return arrival && 'contactId' in arrival ? [arrival.contactId] : [];
  });
  const members = await readMembers(site.id, [...new Set(contactIds)]);
  const due = [...members].flatMap(([contactId, { email = '', tagsDue = [] }]) =>
    tagsDue.length > 0 ? [{ contactId, email, tags: tagsDue }] : [],
  );
  if (due.length === 0) return;
  const people = due.map(({ contactId, email, tags }) => ({ ...known(contactId, email), tags }));
  const { ids, refused } = await imports.importPeople(people);
  const done = new Set(ids);
  const reasons = new Map<string, string>();
  const finish = async ({ contactId, email, tags }: (typeof due)[number]): Promise<void> => {
    try {
      const refusal = refused.get(addressKey(email));
      if (refusal) throw refusal;
      if (!done.has(contactId)) await crm.addTags(contactId, tags);
      await changeMember(site, contactId, (was) => ({
        changes: { ...notedTags(was, { add: tags, remove: [] }, crm), tagsDue: undefined },
      }));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      reasons.set(contactId, error.message);
    }
  };
  await pMap(due, finish, { concurrency: AT_ONCE });
  for (const arrival of arrivals.values()) {
    if (arrival.outcome !== 'created') continue;
    const tagsRefused = reasons.get(arrival.contactId);
    if (tagsRefused !== undefined) arrival.tagsRefused = tagsRefused;
  }
}

/** A contact of whom nothing else is said. */
const known = (id: string, email: string) => ({ id, email, firstName: '', lastName: '' });

/** What the CRM refuses one of them is no error of the others. */
async function unlessRefused(
  newcomer: Newcomer,
  arrivals: Arrivals,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    arrivals.set(newcomer, { outcome: 'refused', reason: error.message });
  }
}
