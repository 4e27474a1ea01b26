/** A request as a simulator's route sees it. */
export type ApiRequest = {
  /** Values of the template's `{names}`, URL-decoded. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The parsed JSON body; `undefined` without one. */
  body: unknown;
};

/** An answer: a status and a value that is sent as JSON; `undefined` is no body. */
export type ApiAnswer = { status: number; body: unknown };

export type Route = (request: ApiRequest) => ApiAnswer;

/** Routes by method and path template, such as `GET /contacts/{id}`. */
export type Routes = Record<string, Route>;

export type Match = {
  /** Method and template; the key that requests are counted under. */
  name: string;
  route: Route | undefined;
  params: Record<string, string>;
};

/** Gives a function that finds the route of a request; a static segment beats a `{name}`. */
export function router(routes: Routes): (method: string, path: string) => Match {
  const table = Object.entries(routes)
    .map(([name, route]) => {
      const [method = '', template = ''] = name.split(' ');
      return { name, route, method, segments: template.split('/') };
    })
    .sort((a, b) => variables(a.segments) - variables(b.segments));

  return (method, path) => {
    const segments = path.split('/');
    for (const entry of table) {
      if (entry.method !== method) continue;
      const params = matchSegments(entry.segments, segments);
      if (params !== undefined) return { name: entry.name, route: entry.route, params };
    }
    return { name: `${method} (unknown)`, route: undefined, params: {} };
  };
}

const variables = (segments: string[]): number =>
  segments.filter((segment) => segment.startsWith('{')).length;

function matchSegments(template: string[], actual: string[]): Record<string, string> | undefined {
  if (template.length !== actual.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, segment] of template.entries()) {
    const value = actual[index] ?? '';
    if (!segment.startsWith('{')) {
      if (segment !== value) return undefined;
      continue;
    }
    try {
      params[segment.slice(1, -1)] = decodeURIComponent(value);
    } catch {
      return undefined; // a broken percent escape names nothing
    }
  }
  return params;
}
