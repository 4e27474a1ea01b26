import type { TagRule } from '../platform/config-parts.ts';

/** Whether these tags are as a rule asks. */
export function fits({ anyOf, allOf, noneOf }: TagRule, tags: readonly string[]): boolean {
  const has = (tag: string): boolean => tags.includes(tag);
  return (anyOf.length === 0 || anyOf.some(has)) && allOf.every(has) && !noneOf.some(has);
}
