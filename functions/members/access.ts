import type { Site } from '../platform/config.ts';
import type { MemberItem } from '../store/members.ts';
import { fits } from './tag-rule.ts';

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
  return Object.entries(access)
    .filter(([, rule]) => fits(rule, tags))
    .map(([content]) => content);
}
