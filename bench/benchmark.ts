/** What a benchmark file exports as `benchmark`. */
export type Benchmark = {
  /** What it measures, in a line. */
  summary: string;
  /** What is done and what the columns say, in Markdown: for the reader of docs/benchmarks.md. */
  about: string;
  /** @param say tells the person how things go */
  run(say: (line: string) => void): Promise<Measured>;
};

export type Measured = Table & {
  /** What spoils the measurement; it then counts as failed. */
  troubles: readonly string[];
  /** A page of the documentation that holds what was measured, where that is the same on every machine. */
  page?: { path: string; text: string };
};

/** Rows of one shape. Cells of text come first: they name what the numbers beside them are of. */
export type Table = {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
};

const asText = (cell: string | number): string =>
  typeof cell === 'number' ? cell.toLocaleString('en-US', { maximumFractionDigits: 3 }) : cell;

/** The table in Markdown, numbers to the right; in a terminal it is as easy to read. */
export function markdownTable({ columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) => row.map(asText));
  const isNumber = columns.map((_, column) => typeof rows[0]?.[column] === 'number');
  const widths = columns.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string => {
    const padded = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return isNumber[column] ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, column) =>
    isNumber[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width),
  );
  const [head = [], ...body] = cells;
  return [line(head), line(rule), ...body.map(line)].join('\n');
}
