import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { routeKeyOf } from '../../functions/api/endpoint.ts';
import { endpoints } from '../../functions/api/endpoints.ts';
import { REASONS, TRIGGERS } from '../../functions/members/visit.ts';
import { SITE_EVENT_TYPES } from '../../functions/store/site-events.ts';
import { startTestLatchkey, type TestLatchkey } from '../support/latchkey.ts';
import { openTable, type TableAccess } from '../support/table-access.ts';
import { firstCells, read, section } from './documents.ts';
import { play } from './reader.ts';

const guide = read('docs/connect-a-site.md');
const quoted = (text: string): string[] => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

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

/** An answer with one time in place of all times, and one id in place of all ids of webhooks. */
const withoutChance = (answer: unknown): unknown =>
  JSON.parse(
    JSON.stringify(answer)
      .replaceAll(/"\d{4}-\d\d-\d\dT[\d:.]+Z"/g, '"a time"')
      .replaceAll(/"[\dA-Z]{26}"/g, '"an id"'),
  );

test('the calls about teams, one after the other, are answered as the page says', async () => {
  const calls = await play(section(guide, '## Teams'), latchkey, table);
  expect(calls.length).toBeGreaterThan(5);
  for (const { url, answer, really } of calls)
    expect({ url, answer: withoutChance(really) }).toEqual({ url, answer: withoutChance(answer) });
}, 60_000);

test('the table of events has every type of event, and no other', () => {
  expect(firstCells(section(guide, '## Events')).sort()).toEqual([...SITE_EVENT_TYPES].sort());
});

test('every endpoint is explained, and no other', () => {
  const named = new Set(
    quoted(guide).flatMap((code) => code.match(/^(?:GET|POST|DELETE) \/v1[\w/{}.-]*/)?.[0] ?? []),
  );
  expect([...named].sort()).toEqual(endpoints.map(routeKeyOf).sort());
});

test('every trigger of a visit and every reason for a pull is explained', () => {
  const visits = section(guide, '## On every page visit');
  expect(firstCells(visits).filter((cell) => !['true', 'false'].includes(cell))).toEqual(
    expect.arrayContaining([...TRIGGERS]),
  );
  expect(quoted(visits)).toEqual(expect.arrayContaining([...REASONS]));
});
