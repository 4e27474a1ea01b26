import type { Body } from './body.ts';

/**
 * The values a webhook brought, by name. The query wins over the body; text is trimmed (Ontraport ends its
 * body with a newline); names are matched whatever their case. Looked up in maps, so that a name such as
 * `__proto__` is a name like any other.
 */
export type Values = { inQuery: LookUp; inBody: LookUp; anywhere: LookUp };

type LookUp = (name: string) => string | undefined;

/** Gives the look-ups over the query and the top level of the body. */
export function valuesOf(query: URLSearchParams, body: Body): Values {
  const queryValues = byName(query);
  const bodyValues = 'form' in body ? byName(body.form) : byName(topLevelOf(body.json));
  const inQuery: LookUp = (name) => queryValues.get(name.toLowerCase());
  const inBody: LookUp = (name) => bodyValues.get(name.toLowerCase());
  return { inQuery, inBody, anywhere: (name) => inQuery(name) ?? inBody(name) };
}

function byName(pairs: Iterable<readonly [string, string]>): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const key = comparable(name);
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

/** Gives what stands under a name. */
export type Named = (name: string) => unknown[];

/**
 * Looks up everything that a body has under a name, whatever its case: the values of a form's fields, or what stands
 * there in JSON. Dots lead into JSON, unless a name with dots is there as it is; null is nothing. A body may hold
 * tens of thousands of names, so each is looked at once, however many are asked for.
 */
export function allNamed(body: Body): Named {
  const indexes = new Map<object, Map<string, unknown[]>>();
  const under = (value: object, name: string): unknown[] => {
    const index =
      indexes.get(value) ?? indexOf(value instanceof URLSearchParams ? value : Object.entries(value));
    indexes.set(value, index);
    return index.get(comparable(name)) ?? [];
  };
  if ('form' in body) return (name) => under(body.form, name);
  const property = (value: unknown, name: string): unknown =>
    isObject(value) ? under(value, name)[0] : undefined;
  return (name) => {
    const whole = property(body.json, name);
    const found = whole === undefined ? name.split('.').reduce(property, body.json) : whole;
    return found === undefined || found === null ? [] : [found];
  };
}

function indexOf(entries: Iterable<readonly [string, unknown]>): Map<string, unknown[]> {
  const index = new Map<string, unknown[]>();
  for (const [name, value] of entries) {
    const key = comparable(name);
    const values = index.get(key);
    if (values) values.push(value);
    else index.set(key, [value]);
  }
  return index;
}

const comparable = (name: string): string => name.trim().toLowerCase();

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
