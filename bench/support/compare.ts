import type { Table } from '../benchmark.ts';

/**
 * Sets a table beside an earlier one of the same benchmark: each number that differs is followed by how many times
 * the earlier one it is. Rows are the same where their texts are.
 */
export function compared(now: Table, then: Table): Table {
  const earlier = new Map(then.rows.map((row) => [nameOf(row), row]));
  const before = (row: Table['rows'][number], column: string) =>
    earlier.get(nameOf(row))?.[then.columns.indexOf(column)];
  return {
    columns: now.columns,
    rows: now.rows.map((row) =>
      row.map((cell, index) => {
        if (typeof cell !== 'number') return cell;
        return `${round(cell)}${changeOf(cell, before(row, now.columns[index] ?? ''))}`;
      }),
    ),
  };
}

const nameOf = (row: Table['rows'][number]): string =>
  row.filter((cell) => typeof cell === 'string').join('|');

function changeOf(now: number, then: string | number | undefined): string {
  if (typeof then !== 'number') return ' (new)';
  if (now === then) return ' (same)';
  return then === 0 ? ' (was 0)' : ` (× ${(now / then).toFixed(2)})`;
}

const round = (value: number): string => value.toLocaleString('en-US', { maximumFractionDigits: 3 });
