import type { Site } from '../platform/config.ts';
import type { MemberItem } from '../store/members.ts';

/**
 * Names of the contents that a member of the site may see, in the order of the config: what its tags give it.
 * Nobody sees anything whom the CRM does not have any more, or who was never pulled, whatever a rule allows to
 * those without a tag.
 */
export function accessOf(
  { access }: Pick<Site, 'access'>,
  { tags, goneAt }: Pick<MemberItem, 'tags' | 'goneAt'>,
): string[] {
  if (!tags || goneAt) return [];
  const has = (tag: string): boolean => tags.includes(tag);
  return Object.entries(access)
    .filter(
      ([, { anyOf, allOf, noneOf }]) =>
        (anyOf.length === 0 || anyOf.some(has)) && allOf.every(has) && !noneOf.some(has),
    )
    .map(([content]) => content);
}
