import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { markdownTable } from '../../bench/benchmark.ts';
import { measure, rowOf } from '../../bench/crm-requests.ts';
import { startTestTable, type TestTable } from '../support/table.ts';

let table: TestTable;
beforeAll(async () => {
  table = await startTestTable();
});
afterAll(() => table.stop());

/** The cells of a line, however wide the table. */
const cellsOf = (line: string): string => line.replaceAll(/\s*\|\s*/g, '|');
const page = readFileSync(new URL('../../docs/crm-requests.md', import.meta.url), 'utf8');
const documented = page.split('\n').map(cellsOf);

test.each([
  ['batch sync', 'activecampaign', [1, 50, 500]],
  ['batch sync', 'keap', [1, 50, 500]],
  ['batch sync', 'kit', [1, 50]], // 500 would take long
  ['batch sync', 'ontraport', [1, 50, 500]],
  ['team deleted', 'activecampaign', [10]],
  ['team deleted', 'keap', [10, 1_000]],
  ['team deleted', 'kit', [10]],
  ['team deleted', 'ontraport', [10, 1_000]],
] as const)(
  'what the page says of a %s with %s is what it takes: if not, run `npm run bench -- crm-requests`',
  async (work, kind, counts) => {
    for (const contacts of counts) {
      const measured = await measure(work, kind, contacts);
      expect(measured).toMatchObject({ contacts, done: contacts, refused: 0 });
      const row = rowOf(measured);
      const line = markdownTable({ columns: row.map(() => ''), rows: [row] }).split('\n')[2] ?? '';
      expect(documented).toContain(cellsOf(line));
    }
  },
);
