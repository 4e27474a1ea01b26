import type { OwnTag } from '../store/members.ts';

/**
 * How long a CRM may answer a read without what we wrote: Ontraport applies tags asynchronously, and reads
 * may come from a copy that lags.
 */
const LAG_MS = 120_000;

/**
 * What a pull brought, with the tags that we changed ourselves so lately that the pull may not know it.
 * Without this, the webhook that our own write sets off would undo in our copy what we applied.
 * @param pulledAt when the pull began, ISO time
 * @returns `lags`: the CRM does not show our changes yet, so the contact has to be pulled again
 */
export function withOwnTags(
  pulled: readonly string[],
  ownTags: readonly OwnTag[],
  pulledAt: string,
): { tags: string[]; lags: boolean } {
  const tags = new Set(pulled);
  for (const { tag, added } of recent(ownTags, pulledAt)) {
    if (added) tags.add(tag);
    else tags.delete(tag);
  }
  const lags = tags.size !== pulled.length || pulled.some((tag) => !tags.has(tag));
  return { tags: [...tags], lags };
}

/** The list of our own changes with these added, and without those that no read can lag behind any more. */
export function noteOwnTags(ownTags: readonly OwnTag[], changes: readonly OwnTag[], now: string): OwnTag[] {
  const changed = new Set(changes.map(({ tag }) => tag));
  return [...recent(ownTags, now).filter(({ tag }) => !changed.has(tag)), ...changes];
}

const recent = (ownTags: readonly OwnTag[], now: string): OwnTag[] =>
  ownTags.filter(({ at }) => isRecent(at, now));

/** Whether a read at `now` may lag behind a write at `at`; ISO times. */
export const isRecent = (at: string, now: string): boolean => Date.parse(at) > Date.parse(now) - LAG_MS;
