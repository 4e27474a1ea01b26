import type { Site } from '../platform/config.ts';

/** Whether a contact of this site becomes a member with a password by gaining this tag. */
export function startsGenpass({ genpassOnTags }: Pick<Site, 'genpassOnTags'>, tag: string): boolean {
  return genpassOnTags.some((each) => comparable(each) === comparable(tag));
}

const comparable = (tag: string): string => tag.trim().toLowerCase();
