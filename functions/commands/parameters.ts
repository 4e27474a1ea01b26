import * as z from 'zod/mini';
import type { Parameter } from './definition.ts';

const MAX_IDENTIFIER_LENGTH = 64; // far above any id a site would name; keeps keys and log lines small
const MAX_IDS_IN_A_LIST = 50; // each costs CRM requests when the job is applied

/** A parameter whose schema is made when it is first asked for: those of all commands would lengthen every cold start. */
function parameter<Schema extends z.ZodMiniType>(describes: string, make: () => Schema) {
  let made: Schema | undefined;
  return {
    describes,
    get schema(): Schema {
      made ??= make();
      return made;
    },
  } satisfies Parameter<Schema>;
}

/** The name of something the site has set up: a team program, an operation, a product, a promotion. */
export const identifier = (describes: string) =>
  parameter(describes, () =>
    z
      .string('is required')
      .check(
        z.regex(/^[\w.:-]+$/, 'may hold letters, digits and . : _ - only'),
        z.maxLength(MAX_IDENTIFIER_LENGTH, `may be ${MAX_IDENTIFIER_LENGTH} characters long at most`),
      ),
  );

/** A whole number other than zero, as text: "5", "+5", "-5". */
export const change = (describes: string, limit: number) =>
  parameter(describes, () =>
    z.pipe(
      z.string('is required').check(z.regex(/^[+-]?\d{1,9}$/, 'must be a whole number, such as 5 or -2')),
      z.pipe(
        z.transform(Number),
        z.number().check(
          z.refine((value) => value !== 0, 'must not be 0: that changes nothing'),
          z.gte(-limit, `must not be below -${limit}`),
          z.lte(limit, `must not be above ${limit}`),
        ),
      ),
    ),
  );

/** Numeric ids of the CRM, separated by commas: "12,40". Optional; left out it is an empty list. */
export const idList = (describes: string) =>
  list(describes, /^\d{1,18}$/, 'must be numeric ids, separated by commas');

/** Automations, as {@link idList}; Keap's are named by campaign and sequence: "12:3,12:4". */
export const automationList = (describes: string) =>
  list(
    describes,
    /^\d{1,18}(:\d{1,18})?$/,
    'must be numeric ids (Keap: campaign:sequence), separated by commas',
  );

const list = (describes: string, shape: RegExp, complaint: string) =>
  parameter(describes, () =>
    z.pipe(
      z._default(z.string(), ''),
      z.pipe(
        z.transform((text: string) =>
          text
            .split(',')
            .map((id) => id.trim())
            .filter((id) => id !== ''),
        ),
        z
          .array(z.string().check(z.regex(shape, complaint)))
          .check(z.maxLength(MAX_IDS_IN_A_LIST, `may hold ${MAX_IDS_IN_A_LIST} ids at most`)),
      ),
    ),
  );

/** A switch that is on unless it says n, no, 0 or false. */
export const onUnlessNo = (describes: string) =>
  parameter(describes, () =>
    z.pipe(
      z._default(z.string(), 'y').check(z.regex(/^(y|yes|1|true|n|no|0|false)$/i, 'must be y or n')),
      z.transform((text: string) => !/^(n|no|0|false)$/i.test(text)),
    ),
  );

/** Optional text that stays out of messages and logs. */
export function secretText(describes: string, minLength: number, maxLength: number) {
  const text = parameter(describes, () =>
    z.optional(
      z
        .string()
        .check(
          z.minLength(minLength, `must be ${minLength} characters long at least`),
          z.maxLength(maxLength, `may be ${maxLength} characters long at most`),
        ),
    ),
  );
  return Object.assign(text, { secret: true });
}

/** Optional text that only the record shows: what is too long is cut, not refused. */
export const note = (describes: string, maxLength: number) =>
  parameter(describes, () => {
    const cut = z.transform((text: string) => text.slice(0, maxLength).toWellFormed());
    return z.optional(z.pipe(z.string(), cut));
  });
