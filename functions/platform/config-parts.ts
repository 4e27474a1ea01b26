import * as z from 'zod/mini';

/** Shapes that several parts of a site's config share. */

/** A list of tag ids, as the CRM writes them. */
export const tagIds = z._default(z.array(z.string().check(z.minLength(1))), []);

/** The name of something a site sets up, as a webhook's parameter or a URL may carry it. */
export const configName = z
  .string()
  .check(z.regex(/^[\w.:-]{1,64}$/, 'up to 64 letters, digits and . : _ -'));

/** A custom field's id, as the CRM writes it. */
export const fieldId = z.string().check(z.minLength(1), z.maxLength(64));

/** What has to be true of a contact's tags: all three must hold; an empty list asks for nothing. */
export const tagRule = z
  .strictObject({
    /** At least one of these tags. */
    anyOf: tagIds,
    /** Every one of these tags. */
    allOf: tagIds,
    /** None of these tags. */
    noneOf: tagIds,
  })
  .check(
    z.refine(
      ({ anyOf, allOf, noneOf }) => anyOf.length + allOf.length + noneOf.length > 0,
      'needs at least one tag: without any, it holds for everybody',
    ),
  );

export type TagRule = z.output<typeof tagRule>;

/** Tags that are given and taken together. */
export const tagChange = z
  .strictObject({ add: tagIds, remove: tagIds })
  .check(
    z.refine(({ add, remove }) => !add.some((tag) => remove.includes(tag)), 'adds and removes the same tag'),
  );

export type TagChange = { add: readonly string[]; remove: readonly string[] };
