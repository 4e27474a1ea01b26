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
  ['activecampaign', [1, 50, 500]],
  ['keap', [1, 50, 500]],
  ['kit', [1, 50]], // 500 would take long
  ['ontraport', [1, 50, 500]],
] as const)(
  'what the page says of %s is what it takes: if not, run `npm run bench -- crm-requests`',
  async (kind, counts) => {
    for (const contacts of counts) {
      const measured = await measure(kind, contacts);
      expect(measured).toMatchObject({ contacts, synced: contacts, refused: 0 });
      const row = rowOf(measured);
      const line = markdownTable({ columns: row.map(() => ''), rows: [row] }).split('\n')[2] ?? '';
      expect(documented).toContain(cellsOf(line));
    }
  },
);
