import type { Site } from '../platform/config.ts';
import { countAttempt, forgiveAttempt } from '../store/attempts.ts';
import { type MemberItem, moveAccount, readMember } from '../store/members.ts';
import { contactIdsByEmail } from '../store/members-by-email.ts';
import { hashed } from './hashed.ts';
import { nobodysHash, passwordMatches } from './password.ts';

/** Failed attempts that one member, or one address of visitors, may make. */
const PER_MEMBER = { most: 10, windowSeconds: 900 };
const PER_ADDRESS = { most: 50, windowSeconds: 900 }; // a school or an office shares one

/** In place of a contact that is not there, so that looking it up costs the same. */
const NOBODY = '?';

export type Login = {
  email: string;
  password: string;
  /** The visitor's address, as the site sees it. */
  address: string;
};

/** How a login ended. `refused`: wrong e-mail address or wrong password; which, is nobody's business. */
export type LoginResult =
  | { outcome: 'welcome'; contactId: string }
  | { outcome: 'refused' }
  | { outcome: 'too many'; retryAfterSeconds: number };

/**
 * Checks an e-mail address and a password. An address that nobody has takes the same steps and the same time
 * as a wrong password. Attempts are counted before they are made, by the member's address and by the
 * visitor's; the one that succeeds is taken back.
 */
export async function login(site: Site, { email, password, address }: Login): Promise<LoginResult> {
  const now = Math.floor(Date.now() / 1000);
  const ofMember = attemptsOfMember(site.id, email);
  const ofAddress = hashed(site.id, 'address', address.trim().toLowerCase());
  const waits = await Promise.all([
    countAttempt(ofAddress, PER_ADDRESS, now),
    countAttempt(ofMember, PER_MEMBER, now),
  ]);
  const retryAfterSeconds = Math.max(...waits);
  if (retryAfterSeconds > 0) return { outcome: 'too many', retryAfterSeconds };

  const { holder, live } = await accountOf(site, email);
  const account = holder?.account;
  const matches = await passwordMatches(password, account?.passwordHash ?? nobodysHash());
  if (!matches || !account || !live) return { outcome: 'refused' };
  if (live !== holder.contactId) await moveAccount(site.id, holder.contactId, live, account);
  await Promise.all([forgiveAttempt(ofAddress), forgiveAttempt(ofMember)]);
  return { outcome: 'welcome', contactId: live };
}

/** What the failed logins with an e-mail address are counted under, whoever has it. */
export const attemptsOfMember = (site: string, email: string): string =>
  hashed(site, 'member', email.trim().toLowerCase());

type Holder = MemberItem & { contactId: string };

/**
 * Who has the account with this address, and the contact that it logs in: itself, or, where the CRM has merged
 * it into another that has the same address, that one.
 */
async function accountOf(site: Site, email: string): Promise<{ holder?: Holder; live?: string }> {
  const found = await contactIdsByEmail(site.id, email);
  const contactIds = found.length > 0 ? found : [NOBODY];
  const members: Holder[] = [];
  for (const contactId of contactIds) {
    const member = await readMember(site.id, contactId);
    if (member) members.push({ ...member, contactId });
  }
  const holders = members
    .filter(({ account }) => account)
    .sort((a, b) => Number(!!a.goneAt) - Number(!!b.goneAt) || createdAt(a).localeCompare(createdAt(b)));
  const [holder] = holders;
  if (!holder) return {};
  if (!holder.goneAt) return { holder, live: holder.contactId };
  const survivors = members.filter(({ goneAt, account }) => !goneAt && !account);
  const [survivor] = survivors;
  return { holder, ...(survivor && survivors.length === 1 && { live: survivor.contactId }) };
}

const createdAt = ({ account }: Holder): string => account?.createdAt ?? '';
