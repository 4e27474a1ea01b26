import * as z from 'zod/mini';

/** Text as CRMs write it: now and then a number, or null for nothing. */
export const text = z.pipe(
  z.nullish(z.union([z.string(), z.number()])),
  z.transform((value) => String(value ?? '')),
);

/** The value of a custom field, of whatever type: what is no text is written as JSON. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A list without what is not as documented: the contact that it belongs to is then read singly. */
export function listOf<Schema extends z.ZodMiniType>(schema: Schema) {
  const readable = (item: unknown): z.output<Schema>[] => {
    const result = z.safeParse(schema, item);
    return result.success ? [result.data] : [];
  };
  return z.pipe(
    z.array(z.unknown()),
    z.transform((items) => items.flatMap(readable)),
  );
}
