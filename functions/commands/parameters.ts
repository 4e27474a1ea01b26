import * as z from 'zod/mini';
import type { Parameter } from './definition.ts';

const MAX_IDENTIFIER_LENGTH = 64; // far above any id a site would name; keeps keys and log lines small
const MAX_IDS_IN_A_LIST = 50; // each costs CRM requests when the job is applied

/** The name of something the site has set up: a team program, an operation, a product, a promotion. */
export function identifier(describes: string): Parameter<z.ZodMiniString> {
  const schema = z
    .string('is required')
    .check(
      z.regex(/^[\w.:-]+$/, 'may hold letters, digits and . : _ - only'),
      z.maxLength(MAX_IDENTIFIER_LENGTH, `may be ${MAX_IDENTIFIER_LENGTH} characters long at most`),
    );
  return { schema, describes };
}

/** A whole number other than zero, as text: "5", "+5", "-5". */
export function change(describes: string, limit: number) {
  const schema = z.pipe(
    z.string('is required').check(z.regex(/^[+-]?\d{1,9}$/, 'must be a whole number, such as 5 or -2')),
    z.pipe(
      z.transform(Number),
      z.number().check(
        z.refine((value) => value !== 0, 'must not be 0: that changes nothing'),
        z.gte(-limit, `must not be below -${limit}`),
        z.lte(limit, `must not be above ${limit}`),
      ),
    ),
  );
  return { schema, describes } satisfies Parameter;
}

/** Numeric ids of the CRM, separated by commas: "12,40". Optional; left out it is an empty list. */
export function idList(describes: string) {
  const schema = z.pipe(
    z._default(z.string(), ''),
    z.pipe(
      z.transform((text: string) =>
        text
          .split(',')
          .map((id) => id.trim())
          .filter((id) => id !== ''),
      ),
      z
        .array(z.string().check(z.regex(/^\d{1,18}$/, 'must be numeric ids, separated by commas')))
        .check(z.maxLength(MAX_IDS_IN_A_LIST, `may hold ${MAX_IDS_IN_A_LIST} ids at most`)),
    ),
  );
  return { schema, describes } satisfies Parameter;
}

/** A switch that is on unless it says n, no, 0 or false. */
export function onUnlessNo(describes: string) {
  const schema = z.pipe(
    z._default(z.string(), 'y').check(z.regex(/^(y|yes|1|true|n|no|0|false)$/i, 'must be y or n')),
    z.transform((text: string) => !/^(n|no|0|false)$/i.test(text)),
  );
  return { schema, describes } satisfies Parameter;
}

/** Optional text that stays out of messages and logs. */
export function secretText(describes: string, minLength: number, maxLength: number) {
  const schema = z.optional(
    z
      .string()
      .check(
        z.minLength(minLength, `must be ${minLength} characters long at least`),
        z.maxLength(maxLength, `may be ${maxLength} characters long at most`),
      ),
  );
  return { schema, describes, secret: true } satisfies Parameter;
}

/** Optional text that only the record shows: what is too long is cut, not refused. */
export function note(describes: string, maxLength: number) {
  const cut = z.transform((text: string) => text.slice(0, maxLength).toWellFormed());
  return { schema: z.optional(z.pipe(z.string(), cut)), describes } satisfies Parameter;
}
