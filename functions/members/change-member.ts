import type { Site } from '../platform/config.ts';
import { type Happening, newSiteEvents, tellSite } from '../site-events/tell-site.ts';
import { changeMemberItem, type MemberChanges, type MemberItem, readMember } from '../store/members.ts';
import type { Writes } from '../store/table.ts';
import { untilWritten } from '../store/until-written.ts';
import { accessOf } from './access.ts';

/** A change of a member, what more happened by it than its access shows, and what else is written with it. */
export type Change = { changes: MemberChanges; happened?: readonly Happening[]; also?: Writes };

/**
 * Changes a member and tells its site, if that wants to know, what happened and which contents it may see or
 * not see by that. The change is decided on what the member is now: where others change it at the same time,
 * it is decided again.
 * @param decide gives the change, or undefined where there is none to make. Called once for each try
 * @param known the member as it was read lately, which saves reading it
 * @returns whether something was changed
 */
export async function changeMember(
  site: Site,
  contactId: string,
  decide: (was: MemberItem | undefined) => Change | undefined,
  known?: { member: MemberItem | undefined },
): Promise<boolean> {
  let read = known;
  return untilWritten(`the member ${contactId}`, async () => {
    const was = read ? read.member : await readMember(site.id, contactId);
    read = undefined; // another try needs to look again
    const change = decide(was);
    if (!change) return false;
    const { changes, happened, also } = withAccess(site, was, change);
    const events = newSiteEvents(site, contactId, happened);
    if (!(await changeMemberItem(site.id, contactId, was, changes, events, also))) return undefined;
    await tellSite(events);
    return true;
  });
}

/** Adds which contents the change gives and takes. A site that is told nothing needs no record of it. */
function withAccess(site: Site, was: MemberItem | undefined, change: Change): Required<Change> {
  const { changes, happened = [], also = [] } = change;
  if (!site.events || !changes.tags) return { changes, happened, also };
  const before = was?.access ?? [];
  const access = accessOf(site, { ...was, ...changes });
  const granted = access.filter((content) => !before.includes(content));
  const revoked = before.filter((content) => !access.includes(content));
  return {
    also,
    changes: { ...changes, access },
    happened: [
      ...happened,
      ...(granted.length > 0 ? [{ type: 'access.granted', data: { contents: granted } } as const] : []),
      ...(revoked.length > 0 ? [{ type: 'access.revoked', data: { contents: revoked } } as const] : []),
    ],
  };
}
