/** The pairs of a query as they were written, and the name of each. */
const pairsOf = (query: string): { pair: string; name: string }[] =>
  query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => ({ pair, name: [...new URLSearchParams(pair).keys()][0] ?? '' }));

/** A query without a parameter, the rest of it written as it was. */
export const withoutParameter = (query: string, parameter: string): string =>
  pairsOf(query)
    .filter(({ name }) => name !== parameter)
    .map(({ pair }) => pair)
    .join('&');

/** A query with a parameter in front, the rest of it written as it was. */
export function withParameter(query: string, parameter: string, value: string): string {
  const rest = withoutParameter(query, parameter);
  return `${encodeURIComponent(parameter)}=${encodeURIComponent(value)}${rest === '' ? '' : `&${rest}`}`;
}

/** What two queries share that mean the same, however they are written. */
export function queryKey(query: string): string {
  const parameters = new URLSearchParams(query);
  parameters.sort();
  return parameters.toString();
}
