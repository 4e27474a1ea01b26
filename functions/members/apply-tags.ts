import type { World } from '../jobs/apply.ts';
import type { OwnTag } from '../store/members.ts';
import { changeMember } from './change-member.ts';
import { noteOwnTags } from './own-tags.ts';

/** Adds tags to a contact in the CRM, and to our copy, which was pulled before. Repeating it is harmless. */
export async function applyTags(
  contactId: string,
  tags: readonly string[],
  { site, crm }: World,
): Promise<void> {
  await crm.addTags(contactId, tags);
  await changeMember(site, contactId, (was) => {
    const missing = tags.filter((tag) => !was?.tags?.includes(tag));
    if (!was?.tags || missing.length === 0) return undefined;
    const at = new Date().toISOString();
    // What a lagging read may leave out is noted, so that it does not undo this.
    const own = crm.readsAreCurrent ? [] : missing.map((tag): OwnTag => ({ tag, added: true, at }));
    return { changes: { tags: [...was.tags, ...missing], ownTags: noteOwnTags(was.ownTags ?? [], own, at) } };
  });
}
