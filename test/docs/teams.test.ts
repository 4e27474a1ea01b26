import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { programSchema } from '../../functions/teams/program.ts';
import demo from '../../latchkey.config.ts';
import type { CrmSimulator } from '../../local/crm-simulators/crm-simulator.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { firstCells, read, section } from './documents.ts';
import { codeBlocks, shownConfig } from './played.ts';
import { play } from './reader.ts';

const page = read('docs/teams.md');

let latchkey: TestLatchkey;
let table: TableAccess;
beforeAll(async () => {
  latchkey = await startTestLatchkey();
  table = openTable(latchkey);
});
afterAll(async () => {
  table.close();
  await latchkey.stop();
});

test('the calls of the page, one after the other, are answered as it says, and leave the tags that it says', async () => {
  const calls = await play(page, latchkey, table);
  expect(calls.length).toBeGreaterThan(10);
  for (const { url, answer, really } of calls) expect({ url, answer: really }).toMatchObject({ url, answer });
  const crm = latchkey.simulators.get('academy') as CrmSimulator;
  const rows = [
    ...section(page, '## A team from its beginning to its end').matchAll(/^\| `(\d+)` *\| (.*?) *\|$/gm),
  ];
  expect(rows).toHaveLength(4);
  for (const [, contact = '', words = ''] of rows) {
    const said = [...words.matchAll(/`(\d+)`/g)].map(([, tag]) => tag);
    const tags = crm.contacts.get(contact)?.tagIds.filter((tag) => Number(tag) >= 30);
    expect({ contact, tags: tags?.sort() }).toEqual({ contact, tags: said });
  }
}, 60_000);

test('the call of the page on operations is answered as it says, and does what it says', async () => {
  const calls = await play(read('docs/operations.md'), latchkey, table);
  expect(calls).toHaveLength(1);
  for (const { answer, really } of calls) expect(really).toMatchObject(answer as object);
  const records = await latchkey.records('academy', '1');
  expect(records.find(({ command }) => command === 'aal_fieldop')).toMatchObject({
    state: 'applied',
    reason: 'set field 3, 10', // as the terminal of the page's reader shows it
  });
  expect(latchkey.simulators.get('academy')?.contacts.get('1')?.fields['3']).toBe('10');
});

test('the program that is shown is that of the demo site, and valid', () => {
  const [block = ''] = codeBlocks(page, 'ts');
  const { teams } = shownConfig(block);
  expect(teams).toEqual(demo.sites[0]?.teams);
  for (const program of Object.values(teams as object))
    expect(z.safeParse(programSchema, program).success).toBe(true);
});

test('every command about teams has its rules, and no other', () => {
  const commands = firstCells(section(page, '## The rules'));
  expect(commands.sort()).toEqual(
    [
      'aal_deleteteam',
      'aal_initiateteam',
      'aal_removeteam',
      'aal_teamops',
      'aal_updateteam',
      'team_join',
    ].sort(),
  );
});
