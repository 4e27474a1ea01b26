import type { Body } from './body.ts';

/**
 * The values a webhook brought, by name. The query wins over the body; text is trimmed (Ontraport ends its
 * body with a newline); names are matched whatever their case. Looked up in maps, so that a name such as
 * `__proto__` is a name like any other.
 */
export type Values = { inQuery: LookUp; anywhere: LookUp };

type LookUp = (name: string) => string | undefined;

/** Gives the look-ups over the query and the top level of the body. */
export function valuesOf(query: URLSearchParams, body: Body): Values {
  const queryValues = byName(query);
  const bodyValues = 'form' in body ? byName(body.form) : byName(topLevelOf(body.json));
  const inQuery: LookUp = (name) => queryValues.get(name.toLowerCase());
  return { inQuery, anywhere: (name) => inQuery(name) ?? bodyValues.get(name.toLowerCase()) };
}

function byName(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = name.trim().toLowerCase();
    const text = value.trim();
    if (text !== '' && !values.has(key)) values.set(key, text);
  }
  return values;
}

function topLevelOf(json: unknown): [string, string][] {
  if (!isObject(json)) return [];
  return Object.entries(json).flatMap(([name, value]) => {
    const text = textOf(value);
    return text === undefined ? [] : [[name, text] as [string, string]];
  });
}

/** A JSON value that stands for a piece of text: a string or a number. */
export function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

/**
 * Everything that a body has under a name, whatever its case: the values of a form's fields, or what stands
 * there in JSON. Dots lead into JSON, unless a name with dots is there as it is; null is nothing.
 */
export function allNamed(body: Body, name: string): unknown[] {
  if ('form' in body) return [...body.form].filter(([key]) => isSame(key, name)).map(([, value]) => value);
  const whole = property(body.json, name);
  const found = whole === undefined ? name.split('.').reduce(property, body.json) : whole;
  return found === undefined || found === null ? [] : [found];
}

function property(value: unknown, name: string): unknown {
  return isObject(value) ? Object.entries(value).find(([key]) => isSame(key, name))?.[1] : undefined;
}

const isSame = (one: string, other: string): boolean =>
  one.trim().toLowerCase() === other.trim().toLowerCase();

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The own property at a path of a JSON document. */
export function at(json: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined),
    json,
  );
}
