import type { TagChange } from '../platform/config-parts.ts';
import { Rejected } from '../platform/errors.ts';
import type { Crm } from './crm.ts';
import { piecesOf } from './read-many.ts';

/**
 * Changes contacts one by one, each id once.
 * @param atOnce how many of them side by side
 * @param refused gets those that were refused for good, each with the reason
 * @returns `refused`
 * @throws the first other error; the contacts that were being changed meanwhile are done by then
 */
export async function changeSingly(
  ids: readonly string[],
  change: (id: string) => Promise<void>,
  atOnce: number,
  refused = new Map<string, Error>(),
): Promise<Map<string, Error>> {
  const attempt = async (id: string): Promise<void> => {
    try {
      await change(id);
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      refused.set(id, error);
    }
  };
  for (const group of piecesOf([...new Set(ids)], atOnce)) {
    const results = await Promise.allSettled(group.map(attempt));
    const failed = results.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }
  return refused;
}

/** Changes tags of many contacts by the calls that change one, and otherwise as {@link changeSingly}. */
export const changeTagsSingly = (
  crm: Pick<Crm, 'addTags' | 'removeTags'>,
  ids: readonly string[],
  { add, remove }: TagChange,
  atOnce: number,
): Promise<Map<string, Error>> =>
  changeSingly(
    ids,
    async (id) => {
      await crm.addTags(id, add);
      await crm.removeTags(id, remove);
    },
    atOnce,
  );

/** What is left of a change of tags for a contact that has these. */
export const undone = ({ add, remove }: TagChange, tags: readonly string[]): TagChange => ({
  add: add.filter((tag) => !tags.includes(tag)),
  remove: remove.filter((tag) => tags.includes(tag)),
});
