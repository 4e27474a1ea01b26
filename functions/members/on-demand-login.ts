import type { Person } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import { readMember } from '../store/members.ts';
import { contactIdsByEmail } from '../store/members-by-email.ts';
import { changeTags } from './change-tags.ts';
import { createMember } from './create-member.ts';
import { newLoginToken } from './login-token.ts';

/** How an on-demand login ended. `exists`: somebody has an account with this address; nothing was changed. */
export type OnDemandLogin =
  | { outcome: 'welcome'; contactId: string; token: string; expiresAt: string }
  | { outcome: 'exists' };

/**
 * Creates a new user who gave an address in a form: the contact in the CRM, the account with its password (in
 * the CRM's field, for the e-mail that brings it), and a token that logs the visitor in once. Refused for whoever
 * has an account; a genpass for the same contact at the same time arrives at the same password, and only one of
 * the two creates the account.
 * @param by names the request: a repeat of one that created the account gets its token
 */
export async function onDemandLogin(
  person: Person,
  tags: readonly string[],
  by: string,
  world: World,
): Promise<OnDemandLogin> {
  const { site, crm } = world;
  if (await hasAccount(site.id, await contactIdsByEmail(site.id, person.email), by))
    return { outcome: 'exists' };
  const contactId = await crm.upsertContact(person);
  // The index may lag, and the CRM may know the contact by an address that it had before.
  if (await hasAccount(site.id, [contactId], by)) return { outcome: 'exists' };
  const member = await readMember(site.id, contactId);
  if (!member?.account) {
    const made = await createMember({ contactId, by }, world, {});
    if (made.account !== 'created') return { outcome: 'exists' };
  }
  if (tags.length > 0) await changeTags(contactId, { add: tags, remove: [] }, world);
  return { outcome: 'welcome', contactId, ...(await newLoginToken(site.id, contactId)) };
}

/** Whether one of the contacts has an account that another request or webhook created. */
async function hasAccount(site: string, contactIds: readonly string[], by: string): Promise<boolean> {
  for (const contactId of contactIds) {
    const member = await readMember(site, contactId);
    if (member?.account && member.account.createdBy !== by) return true;
  }
  return false;
}
