/** The vendor's page sizes: 20 unless told, 100 at most; a larger `limit` is cut without a word. */
const DEFAULT_LIMIT = 20;
const MAX_LIMIT = 100;

export type Page<Value> = { values: Value[]; total: string; limit: number; offset: number };

/** The page of `values` that `limit` and `offset` ask for. `total` counts all and is a string, as the vendor's is. */
export function page<Value>(values: Value[], query: URLSearchParams): Page<Value> {
  const limit = Math.min(count(query.get('limit')) || DEFAULT_LIMIT, MAX_LIMIT);
  const offset = count(query.get('offset'));
  return { values: values.slice(offset, offset + limit), total: String(values.length), limit, offset };
}

/** A count in a query; anything that is none counts as 0. */
const count = (text: string | null): number => (/^\d+$/.test(text ?? '') ? Number(text) : 0);
