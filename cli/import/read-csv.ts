import { CsvError, parse } from 'csv-parse/sync';
import { UserError } from '../../local/user-error.ts';

/** A row, and the line of the file that it begins on, from 1. */
export type CsvRow = { line: number; values: string[] };

export type CsvFile = {
  header: CsvRow;
  rows: CsvRow[];
  /** How its letters are written, as browsers call it: `utf-8` and what else Excel makes. */
  encoding: string;
};

/**
 * Reads a CSV file as spreadsheets write it: with commas, semicolons or tabs, in UTF-8, UTF-16 or Windows' own
 * letters, with quoted values of several lines.
 * @throws UserError where it is empty, or a quote is never closed; with the line
 */
export function readCsv(bytes: Uint8Array): CsvFile {
  const encoding = encodingOf(bytes);
  const read = new TextDecoder(encoding).decode(bytes); // takes the byte order mark away
  const text = read.replaceAll(/\r\n?/g, '\n'); // the parser counts lines rightly only so
  const rows = parseRows(text, delimiterOf(text)).filter(({ values }) =>
    values.some((value) => value !== ''),
  );
  const [header, ...rest] = rows[0]?.values[0]?.startsWith('sep=') ? rows.slice(1) : rows;
  if (!header) throw new UserError('The file is empty: it needs a line with the names of its columns.');
  return { header, rows: rest, encoding };
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    return 'windows-1252'; // what Excel writes in western Europe and America unless told otherwise
  }
}

const DELIMITERS = [',', ';', '\t'];

/** The one that the first line has most of; Excel may say it in so many words. */
function delimiterOf(text: string): string {
  const [first = ''] = text.split('\n', 1);
  const said = /^sep=(.)$/.exec(first)?.[1];
  if (said) return said;
  const plain = first.replaceAll(/"[^"]*"/g, '');
  const count = (delimiter: string): number => plain.split(delimiter).length;
  return DELIMITERS.reduce((best, each) => (count(each) > count(best) ? each : best));
}

function parseRows(text: string, delimiter: string): CsvRow[] {
  try {
    const options = { delimiter, info: true, relax_column_count: true } as const; // a wrong count is told with all else
    const records = parse(text, options) as unknown as { record: string[]; info: { lines: number } }[];
    // The parser says on which line a row ends.
    return records.map(({ record }, index) => ({
      line: (records[index - 1]?.info.lines ?? 0) + 1,
      values: record,
    }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    throw new UserError(
      `Line ${lines ?? '?'}: this is no CSV (${error.code}). A quote that stands in a value is written twice: "".`,
      { cause: error },
    );
  }
}
