import type { StripeAccount } from './account.ts';
import type { StripeObject } from './objects.ts';
import { InvalidParams } from './problem.ts';

/** Items that come with a subscription; the others have to be listed. */
const ITEMS_WITHIN = 10;

/** Expansions go four levels deep at most: Stripe's rule. */
const DEEPEST = 4;

type Json = { [name: string]: unknown };

/** An object as Stripe gives it. @param expand paths whose ids are replaced by what they are the ids of */
export function represent(
  account: StripeAccount,
  object: StripeObject,
  expand: readonly string[] = [],
): Json {
  const given = plain(object);
  for (const path of expand) expandAt(account, given, path.split('.'));
  return given;
}

function plain(object: StripeObject): Json {
  if (object.object === 'customer' && object.deleted)
    return { id: object.id, object: object.object, deleted: true };
  const copy: Json = structuredClone(object);
  if (object.object === 'subscription') {
    copy.items = {
      object: 'list',
      data: structuredClone(object.items.slice(0, ITEMS_WITHIN)),
      has_more: object.items.length > ITEMS_WITHIN,
      url: `/v1/subscription_items?subscription=${object.id}`,
    };
  }
  return copy;
}

function expandAt(account: StripeAccount, within: unknown, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  if (path.length > DEEPEST)
    throw new InvalidParams(400, 'You cannot expand more than 4 levels of a property');
  if (typeof within !== 'object' || within === null || !(name in within)) return;
  const holder = within as Json;
  const value = holder[name];
  const object = typeof value === 'string' ? account.anything(value) : undefined;
  if (object) holder[name] = plain(object);
  if (rest.length > 0) expandAt(account, holder[name], rest);
}

/** What a list is asked for. */
export type Page = {
  limit: number;
  starting_after?: string | undefined;
  expand?: Record<string, string> | undefined;
};

/** A page of a list, newest first. */
export function listed(
  account: StripeAccount,
  url: string,
  objects: readonly StripeObject[],
  { limit, starting_after, expand }: Page,
): Json {
  const after = objects.findIndex(({ id }) => id === starting_after);
  if (starting_after !== undefined && after === -1)
    throw new InvalidParams(400, `No such object: '${starting_after}'`, {
      code: 'resource_missing',
      param: 'starting_after',
    });
  const rest = objects.slice(after + 1);
  return { object: 'list', url, ...pageOf(account, rest, limit, expand) };
}

/** What a search is asked for. */
export type SearchPage = {
  limit: number;
  page?: string | undefined;
  expand?: Record<string, string> | undefined;
};

/** A page of what a search finds. */
export function searchResult(
  account: StripeAccount,
  url: string,
  objects: readonly StripeObject[],
  { limit, page, expand }: SearchPage,
): Json {
  const from = page === undefined ? 0 : Number(Buffer.from(page, 'base64url').toString());
  const part = pageOf(account, objects.slice(from), limit, expand);
  const next_page = part.has_more ? Buffer.from(String(from + limit)).toString('base64url') : null;
  return { object: 'search_result', url, ...part, next_page };
}

function pageOf(
  account: StripeAccount,
  objects: readonly StripeObject[],
  limit: number,
  expand: Record<string, string> = {},
) {
  const paths = Object.values(expand).map((path) => path.replace(/^data\./, ''));
  const data = objects.slice(0, limit).map((object) => represent(account, object, paths));
  return { data, has_more: objects.length > limit };
}
