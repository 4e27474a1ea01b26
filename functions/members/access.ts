import type { Site } from '../platform/config.ts';

/** Names of the contents that these tags let a member of the site see, in the order of the config. */
export function accessOf({ access }: Pick<Site, 'access'>, tags: readonly string[]): string[] {
  const has = (tag: string): boolean => tags.includes(tag);
  return Object.entries(access)
    .filter(
      ([, { anyOf, allOf, noneOf }]) =>
        (anyOf.length === 0 || anyOf.some(has)) && allOf.every(has) && !noneOf.some(has),
    )
    .map(([content]) => content);
}
