import * as z from 'zod/mini';
import { fieldId, tagRule } from '../platform/config-parts.ts';

const someTags = z.array(z.string().check(z.minLength(1))).check(z.minLength(1, 'names no tag'));

const fieldRule = z
  .strictObject({
    is: z.optional(z.string()),
    isNot: z.optional(z.string()),
    /** Holds nothing but blanks, or does. */
    empty: z.optional(z.boolean()),
    /** Compared as numbers; an empty field counts as 0. */
    atLeast: z.optional(z.number()),
    atMost: z.optional(z.number()),
  })
  .check(z.refine((rule) => Object.keys(rule).length > 0, 'says nothing about the field'));

export type FieldRule = z.output<typeof fieldRule>;

/** When a step is done: all of it must hold, as the contact is after the steps before. */
const condition = z
  .strictObject({ tags: z.optional(tagRule), fields: z.optional(z.record(fieldId, fieldRule)) })
  .check(z.refine(({ tags, fields }) => tags || fields, 'says neither tags nor fields'));

export type Condition = z.output<typeof condition>;

const DAYS = z.int().check(z.gte(-36_525), z.lte(36_525)); // a hundred years

export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

/** How a date is written: `2026-11-26`, `2026-11-26T09:30:00Z`, or seconds since 1970. */
const DATE_FORMATS = ['date', 'datetime', 'unix'] as const;
export type DateFormat = (typeof DATE_FORMATS)[number];

const when = z.optional(condition);
const separator = z.optional(z.string().check(z.minLength(1), z.maxLength(10)));
const decimals = z.optional(z.int().check(z.gte(0), z.lte(10)));

const step = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('set'), field: fieldId, value: z.string(), when }),
  z.strictObject({ do: z.literal('clear'), field: fieldId, when }),
  z.strictObject({ do: z.literal('copy'), from: fieldId, field: fieldId, when }),
  /** A negative amount subtracts. `decimals` rounds half up to so many. */
  z.strictObject({ do: z.literal('add'), field: fieldId, amount: z.number(), decimals, when }),
  z.strictObject({ do: z.literal('subtract'), field: fieldId, amount: z.number(), decimals, when }),
  z.strictObject({ do: z.literal('multiply'), field: fieldId, by: z.number(), decimals, when }),
  /** Adds a value to a field with several, unless it is there. `separator`: for a text field, such as ", ". */
  z.strictObject({ do: z.literal('append'), field: fieldId, value: z.string(), separator, when }),
  z.strictObject({ do: z.literal('remove'), field: fieldId, value: z.string(), separator, when }),
  z.strictObject({
    do: z.literal('set-date'),
    field: fieldId,
    to: z.union([
      z.literal('now'),
      z.strictObject({ inDays: DAYS }),
      /** The first such day after today. */
      z.strictObject({ next: z.enum(WEEKDAYS) }),
      /** So many days after the date in another field, or in the same. */
      z.strictObject({ field: fieldId, plusDays: DAYS }),
    ]),
    /** Other than the CRM's dates are written. */
    format: z.optional(z.enum(DATE_FORMATS)),
    when,
  }),
  z.strictObject({ do: z.literal('add-tags'), tags: someTags, when }),
  z.strictObject({ do: z.literal('remove-tags'), tags: someTags, when }),
  /** Its id; Keap's are written campaign:sequence. */
  z.strictObject({ do: z.literal('start-automation'), automation: z.string().check(z.minLength(1)), when }),
]);

/** One step of a custom operation. */
export type Step = z.output<typeof step>;

const MAX_STEPS = 50; // each may cost a request to the CRM

/** A custom operation of a site: its steps, in order. */
export const operationSchema = z
  .array(step)
  .check(z.minLength(1, 'an operation needs a step'), z.maxLength(MAX_STEPS));

/** The fields that a step reads or writes. */
export function fieldsOf(step: Step): string[] {
  const named = 'field' in step ? [step.field] : [];
  if (step.do === 'copy') named.push(step.from);
  if (step.do === 'set-date' && typeof step.to === 'object' && 'field' in step.to) named.push(step.to.field);
  return [...named, ...Object.keys(step.when?.fields ?? {})];
}
