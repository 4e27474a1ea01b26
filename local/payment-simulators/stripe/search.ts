import type { StripeAccount } from './account.ts';
import type { StripeFaults } from './faults.ts';
import type { Kinds } from './objects.ts';
import { InvalidParams } from './problem.ts';

const METADATA_QUERY = /^metadata\['((?:[^'\\]|\\.)*)'\]:'((?:[^'\\]|\\.)*)'$/;

/**
 * What the search finds by one key of the metadata, the only query that this simulator knows.
 * @see https://docs.stripe.com/search#search-query-language
 */
export function search<K extends 'customer' | 'subscription'>(
  account: StripeAccount,
  faults: StripeFaults,
  kind: K,
  query: string,
): Kinds[K][] {
  if (faults.hasNoSearch)
    throw new InvalidParams(400, 'The search feature is temporarily unavailable in your region.');
  const [, key, value] = METADATA_QUERY.exec(query) ?? [];
  if (key === undefined || value === undefined)
    throw new InvalidParams(400, 'We were unable to parse your search query.', { param: 'query' });
  return account
    .all(kind)
    .filter(({ id, metadata }) => metadata[plain(key)] === plain(value) && !faults.unsearchable.has(id));
}

const plain = (escaped: string): string => escaped.replaceAll(/\\(.)/g, '$1');
