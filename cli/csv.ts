/** A line of a CSV file, as RFC 4180 has it. */
export const csvLine = (values: readonly string[]): string => `${values.map(quoted).join(',')}\r\n`;

const quoted = (value: string): string =>
  /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;

/** What stands between several values in one. */
export const LIST_SEPARATOR = ';';

/** What the name of a column with a custom field begins with; its id follows. */
export const FIELD_COLUMN = 'field:';
