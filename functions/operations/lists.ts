/** How a field with several values is written: what stands before, between and after them. */
export type ListFormat = { open: string; separator: string; close: string };

/** The values in a field; one that is written otherwise than the CRM's lists is a single value. */
export function valuesIn(text: string, { open, separator, close }: ListFormat): string[] {
  const trimmed = text.trim();
  const isWrapped = trimmed.length > open.length && trimmed.startsWith(open) && trimmed.endsWith(close);
  const inner = isWrapped ? trimmed.slice(open.length, trimmed.length - close.length) : trimmed;
  return inner
    .split(separator.trim() || separator)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}

/** Writes values into a field; none leave it empty. */
export const listText = (values: readonly string[], { open, separator, close }: ListFormat): string =>
  values.length === 0 ? '' : `${open}${values.join(separator)}${close}`;
