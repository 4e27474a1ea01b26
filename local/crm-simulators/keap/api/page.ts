import type { ApiAnswer } from '../../router.ts';
import { problem } from './answers.ts';

/** The document's maximum; a larger page is refused. What a size of 0 or none means is undocumented. */
const MAX_PAGE_SIZE = 1_000;

export type Page<Value> = { values: Value[]; next: { next_page_token?: string } };

/** The page of `values` that `page_size` and `page_token` ask for. The last one has no token. */
export function pageOf<Value>(values: readonly Value[], query: URLSearchParams): Page<Value> | ApiAnswer {
  const asked = Number(query.get('page_size') ?? 0);
  if (!Number.isInteger(asked) || asked < 0 || asked > MAX_PAGE_SIZE)
    return problem(400, `page_size must be from 0 to ${MAX_PAGE_SIZE}`);
  const start = startOf(query.get('page_token'));
  if (start === undefined) return problem(400, 'page_token is not one of ours');
  const end = start + (asked || MAX_PAGE_SIZE);
  return {
    values: values.slice(start, end),
    next: end < values.length ? { next_page_token: tokenOf(end) } : {},
  };
}

/** Nothing that a caller could count on: a position, dressed up. */
const tokenOf = (position: number): string => Buffer.from(`from ${position}`).toString('base64url');

function startOf(token: string | null): number | undefined {
  if (token === null || token === '') return 0;
  const [, position] = /^from (\d+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  return position === undefined ? undefined : Number(position);
}
