import type * as z from 'zod/mini';
import type { CrmApi } from '../api.ts';
import type { Pagination } from './answers.ts';

/** The largest page that Kit's lists have. */
export const MAX_PAGE = 1000;

/** Where the next page begins; undefined on the last one. */
export const nextOf = (pagination: Pagination): string | undefined =>
  pagination.has_next_page ? pagination.end_cursor : undefined;

/**
 * Reads a list to its end.
 * @returns its pages; undefined where there is no such list (404)
 */
export async function readPages<Schema extends z.ZodMiniType<{ pagination: Pagination }>>(
  api: CrmApi,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>[] | undefined> {
  const pages: z.output<Schema>[] = [];
  let after: string | undefined;
  do {
    const query = new URLSearchParams({ per_page: String(MAX_PAGE), ...(after && { after }) });
    const page = await api.get(`${path}?${query}`, schema);
    if (!page) return undefined;
    pages.push(page);
    after = nextOf(page.pagination);
  } while (after);
  return pages;
}
