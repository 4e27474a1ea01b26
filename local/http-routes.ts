/** A route of the HTTP API and what it leads to. */
export interface Route<Target> {
  /** As in the template: "POST /orders/{id}", "ANY /files/{path+}" or "$default". */
  key: string;
  target: Target;
}

export interface RouteMatch<Target> {
  route: Route<Target>;
  pathParameters: Record<string, string>;
}

const DEFAULT_KEY = '$default';

/** Finds the route of a request: by its method and its decoded path, since API Gateway decodes it before. */
export type FindRoute<Target> = (method: string, path: string) => RouteMatch<Target> | undefined;

/**
 * Prepares the search for the route that API Gateway would choose: the most specific one, segment by segment
 * (static before {parameter} before {greedy+}), then the method before ANY, and $default last.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function routeFinder<Target>(routes: Route<Target>[]): FindRoute<Target> {
  const candidates = routes
    .filter(({ key }) => key !== DEFAULT_KEY)
    .map((route) => ({ route, ...parseKey(route.key) }))
    .sort((a, b) => (a.rank < b.rank ? -1 : 1));
  const fallback = routes.find(({ key }) => key === DEFAULT_KEY);
  return (method, path) => {
    const segments = path.split('/');
    for (const { route, method: wanted, parts } of candidates) {
      if (wanted !== method && wanted !== 'ANY') continue;
      const pathParameters = matchParts(parts, segments);
      if (pathParameters) return { route, pathParameters };
    }
    return fallback && { route: fallback, pathParameters: {} };
  };
}

type Part = { kind: 'static' | 'parameter' | 'greedy'; text: string };

/** What makes a route more specific sorts first. */
const KIND_RANKS = { static: '0', parameter: '1', greedy: '2' };

function parseKey(key: string): { method: string; parts: Part[]; rank: string } {
  const [method = '', template = ''] = key.split(' ');
  const parts = template.split('/').map((text): Part => {
    const [, name, greedy] = /^\{([^}+]+)(\+?)\}$/.exec(text) ?? [];
    return name === undefined
      ? { kind: 'static', text }
      : { kind: greedy ? 'greedy' : 'parameter', text: name };
  });
  const rank = parts.map(({ kind }) => KIND_RANKS[kind]).join('') + (method === 'ANY' ? '1' : '0');
  return { method, parts, rank };
}

/** The path parameters, or undefined when the path is another one. */
function matchParts(parts: Part[], segments: string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, { kind, text }] of parts.entries()) {
    const segment = segments[index];
    if (segment === undefined) return undefined;
    if (kind === 'static' && segment !== text) return undefined;
    if (kind === 'parameter') {
      if (segment === '') return undefined;
      parameters[text] = segment;
    }
    if (kind === 'greedy') return { ...parameters, [text]: segments.slice(index).join('/') };
  }
  return segments.length === parts.length ? parameters : undefined;
}
