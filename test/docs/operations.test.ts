import { expect, test } from '@jest/globals';
import { DateTime } from 'luxon';
import * as z from 'zod/mini';
import { definition as activeCampaign } from '../../functions/crm/active-campaign/definition.ts';
import { operationSchema } from '../../functions/operations/operation.ts';
import { planSteps } from '../../functions/operations/plan-steps.ts';
import demo from '../../latchkey.config.ts';
import { firstCells, read, section } from './documents.ts';
import { codeBlocks, shownConfig } from './played.ts';

const page = read('docs/operations.md');
const THURSDAY = DateTime.fromISO('2026-11-26T23:30:00', { zone: 'America/New_York' });

const plan = (step: unknown, fields: Record<string, string>) =>
  planSteps(
    operationSchema.parse([step]),
    { fields, tags: [] },
    { now: THURSDAY, values: activeCampaign.values },
  );

const stepOf = (code: string): { do: string } => shownConfig(`step: ${code}`).step as { do: string };

/** Rows `| step | before | after |`: a blank stands for an empty field. */
const rows = [
  ...section(page, '## Steps').matchAll(
    /^\| `([^`]+)`(?:, with `(\w+)` in field `(\w+)`)? *\| `([^`]+)` *\| `([^`]+)` *\|/gm,
  ),
].map(([, code = '', value = '', field = '', before = '', after = '']) => ({
  code,
  more: field ? { [field]: value } : {},
  before: before.replaceAll('\\|', '|').trim(),
  after: after.replaceAll('\\|', '|').trim(),
}));

test.each(rows)('$code makes of "$before" "$after", as the page says', ({ code, more, before, after }) => {
  const [effect] = plan(stepOf(code), { f: before, ...more });
  expect(effect).toEqual({ fields: { f: { value: after, was: before } } });
});

test('every kind of step is explained, and no other', () => {
  type Schema = { items?: { oneOf?: Schema[]; anyOf?: Schema[] }; properties?: { do?: { const?: string } } };
  const { items } = z.toJSONSchema(operationSchema, { io: 'input' }) as Schema;
  const kinds = (items?.oneOf ?? items?.anyOf ?? []).map(({ properties }) => properties?.do?.const);
  const codes = [...firstCells(section(page, '## Steps')), ...rows.map(({ code }) => code)];
  const shown = codes.map((code) => stepOf(code).do);
  expect([...new Set(shown)].sort()).toEqual(kinds.sort());
  expect(rows.length).toBeGreaterThan(kinds.length);
});

test('the operations that are shown are valid, and the first is that of the demo site', () => {
  const [first, ...others] = codeBlocks(page, 'ts').map(shownConfig);
  expect(first?.operations).toEqual(demo.sites[0]?.operations);
  for (const { operations } of others)
    for (const steps of Object.values(operations as object))
      expect(() => operationSchema.parse(steps)).not.toThrow();
});

test('every condition is explained, and no other', () => {
  const refusal = operationSchema.safeParse([
    { do: 'clear', field: 'f', when: { tags: { some: [] }, fields: { f: { like: 'x' } } } },
  ]);
  expect(refusal.success).toBe(false);
  const conditions = section(page, '## Conditions');
  expect(firstCells(conditions).sort()).toEqual(
    ['allOf', 'anyOf', 'noneOf', 'atLeast', 'atMost', 'empty', 'is', 'isNot'].sort(),
  );
  for (const name of ['is', 'isNot', 'empty', 'atLeast', 'atMost']) {
    const value = { is: '', isNot: '', empty: true, atLeast: 1, atMost: 1 }[name];
    const step = { do: 'clear', field: 'f', when: { fields: { f: { [name]: value } } } };
    expect(operationSchema.safeParse([step]).success).toBe(true);
  }
});

test('the reasons of rejections are those that are given', () => {
  const reasons = firstCells(section(page, '## When it is rejected'));
  const given = [
    () => plan({ do: 'add', field: 'f', amount: 1 }, { f: 'many' }),
    () => plan({ do: 'set-date', field: 'f', to: { field: 'f', plusDays: 1 } }, { f: 'soon' }),
    () => plan({ do: 'set', field: 'f', value: 'x'.repeat(20_000) }, {}),
  ];
  for (const [index, give] of given.entries()) expect(give).toThrow(reasons[index + 1]);
});
