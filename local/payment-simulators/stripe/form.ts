import * as z from 'zod/mini';
import { InvalidParams } from './problem.ts';

/** Parameters as they are nested in a form or a query: `a[b][0]=c`. */
export type Params = { [name: string]: string | Params };

/** Reads the parameters of a query or of a form-encoded body. `a[]` is a list's next place. */
export function readForm(text: string): Params {
  const root: Params = Object.create(null);
  for (const [name, value] of new URLSearchParams(text)) {
    const [, first = name, rest = ''] = /^([^[]+)((?:\[[^\]]*\])*)$/.exec(name) ?? [];
    const path = [first, ...[...rest.matchAll(/\[([^\]]*)\]/g)].map(([, part = '']) => part)];
    put(root, path, value);
  }
  return root;
}

function put(into: Params, [name = '', ...rest]: string[], value: string): void {
  const key = name === '' ? String(Object.keys(into).length) : name;
  if (rest.length === 0) {
    into[key] = value;
    return;
  }
  const inner = into[key];
  const next: Params = typeof inner === 'object' ? inner : Object.create(null);
  into[key] = next;
  put(next, rest, value);
}

/**
 * Checks parameters by what is documented of them.
 * @throws InvalidParams with Stripe's code for what is wrong
 */
export function checkParams<Schema extends z.ZodMiniType>(schema: Schema, params: unknown): z.output<Schema> {
  const result = z.safeParse(schema, params);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys : [];
  const [first = '', ...rest] = [...(issue?.path ?? []), ...unknown.slice(0, 1)].map(String);
  const param = first + rest.map((part) => `[${part}]`).join('');
  if (unknown.length > 0)
    throw new InvalidParams(400, `Received unknown parameter: ${param}`, {
      code: 'parameter_unknown',
      param,
    });
  throw new InvalidParams(400, `Missing or invalid parameter: ${param}`, {
    code: 'parameter_invalid',
    param,
  });
}

export const text = z.string().check(z.minLength(1));
export const whole = z.pipe(z.string().check(z.regex(/^\d+$/)), z.transform(Number));
export const number = z.pipe(z.string().check(z.regex(/^\d+(\.\d+)?$/)), z.transform(Number));
export const flag = z.pipe(
  z.enum(['true', 'false']),
  z.transform((word) => word === 'true'),
);
export const metadata = z.record(z.string(), z.string());

/** What may be asked of every answer. */
export const expandable = { expand: z.optional(z.record(z.string(), z.string())) };

const limit = z.pipe(z._default(whole, 10), z.number().check(z.gte(1), z.lte(100)));

/** What may be asked of every list. */
export const paged = { ...expandable, limit, starting_after: z.optional(text) };

/** What may be asked of every search. */
export const searched = { ...expandable, limit, page: z.optional(text), query: text };
