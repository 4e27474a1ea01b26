import * as z from 'zod/mini';

/** Ids and values come as strings or as numbers: the CRMs take both. */
export const idInput = z.pipe(z.union([z.string(), z.number()]), z.transform(String));

/** A value that ends up as text; null is the empty one. */
export const textInput = z.pipe(
  z.nullable(z.union([z.string(), z.number()])),
  z.transform((value) => String(value ?? '')),
);

/** Something with an @ between two parts: enough to refuse what no CRM takes. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text);

/** The fields whose values are longer than so many characters. */
export const longerThan = (length: number, fields: Readonly<Record<string, string | null>>): string[] =>
  Object.keys(fields).filter((field) => (fields[field] ?? '').length > length);
