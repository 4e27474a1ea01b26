import type { Crm } from '../crm/crm.ts';
import type { World } from '../jobs/apply.ts';
import type { TagChange } from '../platform/config-parts.ts';
import type { MemberChanges, MemberItem, OwnTag } from '../store/members.ts';
import { changeMember } from './change-member.ts';
import { noteOwnTags } from './own-tags.ts';

/** Changes the tags of a contact in the CRM and in our copy. Repeating it is harmless. */
export async function changeTags(contactId: string, change: TagChange, world: World): Promise<void> {
  const { add, remove } = change;
  if (remove.length > 0) await world.crm.removeTags(contactId, remove);
  if (add.length > 0) await world.crm.addTags(contactId, add);
  await noteTags(contactId, change, world);
}

/** Brings our copy of a contact in line with tags that were changed in the CRM. */
export async function noteTags(
  contactId: string,
  { add, remove }: TagChange,
  { site, crm }: World,
): Promise<void> {
  await changeMember(site, contactId, (was) => {
    const changes = notedTags(was, { add, remove }, crm);
    return changes && { changes };
  });
}

/** What a change of tags in the CRM changes in our copy of the contact; undefined where that is nothing. */
export function notedTags(
  was: MemberItem | undefined,
  { add, remove }: TagChange,
  crm: Pick<Crm, 'readsAreCurrent'>,
): MemberChanges | undefined {
  const { tags } = was ?? {};
  if (!tags) return undefined; // never pulled
  const missing = add.filter((tag) => !tags.includes(tag));
  const present = remove.filter((tag) => tags.includes(tag));
  if (missing.length + present.length === 0) return undefined;
  // What a lagging read may show otherwise is noted, so that it does not undo this.
  const at = new Date().toISOString();
  const own = [
    ...missing.map((tag): OwnTag => ({ tag, added: true, at })),
    ...present.map((tag): OwnTag => ({ tag, added: false, at })),
  ];
  return {
    tags: [...tags.filter((tag) => !present.includes(tag)), ...missing],
    ownTags: noteOwnTags(was?.ownTags ?? [], crm.readsAreCurrent ? [] : own, at),
  };
}
