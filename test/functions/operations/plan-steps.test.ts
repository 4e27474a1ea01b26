import { expect, test } from '@jest/globals';
import Big from 'big.js';
import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import type { FieldValues } from '../../../functions/crm/definition.ts';
import type { Effect } from '../../../functions/operations/effects.ts';
import { operationSchema, type Step } from '../../../functions/operations/operation.ts';
import { planSteps } from '../../../functions/operations/plan-steps.ts';

type Input = Parameters<typeof operationSchema.parse>[0];
type Fields = Record<string, string>;

const ACTIVE_CAMPAIGN: FieldValues = {
  list: { open: '||', separator: '||', close: '||' },
  date: 'date',
  longest: 50,
};
const THURSDAY = DateTime.fromISO('2026-11-26T23:30:00', { zone: 'America/New_York' });

const plan = (steps: Input, fields: Fields = {}, tags: string[] = [], values = ACTIVE_CAMPAIGN) =>
  planSteps(operationSchema.parse(steps) as Step[], { fields, tags }, { now: THURSDAY, values });

/** What field f holds after one step. */
function after(step: Record<string, unknown>, was = '', more: Fields = {}, values = ACTIVE_CAMPAIGN): string {
  const effects = plan([{ field: 'f', ...step }], { f: was, ...more }, [], values);
  return written(effects).f ?? was;
}

const written = (effects: readonly Effect[]): Fields =>
  Object.fromEntries(
    effects.flatMap((effect) =>
      'fields' in effect ? Object.entries(effect.fields).map(([field, { value }]) => [field, value]) : [],
    ),
  );

test.each([
  [{ do: 'add', amount: 10 }, '5', '15'],
  [{ do: 'add', amount: 10 }, '', '10'],
  [{ do: 'add', amount: 0.2 }, '0.1', '0.3'],
  [{ do: 'add', amount: -7 }, '5', '-2'],
  [{ do: 'subtract', amount: 5 }, ' 5 ', '0'],
  [{ do: 'subtract', amount: 5 }, '+5.50', '0.5'],
  [{ do: 'multiply', by: 1.5 }, '3', '4.5'],
  [{ do: 'multiply', by: 1.5, decimals: 0 }, '3', '5'],
  [{ do: 'multiply', by: -0.1, decimals: 0 }, '1', '0'],
  [{ do: 'add', amount: 1, decimals: 2 }, '1', '2.00'],
])('%j makes of "%s" "%s"', (step, was, becomes) => {
  expect(after(step, was)).toBe(becomes);
});

test('any sums are exact, however many decimals they have', () => {
  const amount = fc.integer({ min: -1_000_000, max: 1_000_000 }).map((cents) => cents / 100);
  fc.assert(
    fc.property(amount, fc.array(amount, { minLength: 1, maxLength: 30 }), (start, amounts) => {
      const effects = plan(
        amounts.map((by) => ({ do: 'add', field: 'f', amount: by })),
        { f: String(start) },
      );
      const sum = amounts.reduce((total, by) => total.plus(by), new Big(start));
      expect(new Big(written(effects).f ?? String(start)).eq(sum)).toBe(true);
      expect(effects.length).toBeLessThanOrEqual(1); // one write, whatever the steps
    }),
  );
});

test.each(['ten', '1,000', '1e9', '0x10', '12 points', '1.2.3', 'NaN', 'Infinity', '9'.repeat(31)])(
  'a field that holds "%s" is no number: rejected, without quoting it',
  (text) => {
    const add = () => plan([{ do: 'add', field: 'f', amount: 1 }], { f: text });
    expect(add).toThrow('step 1 (add): field f holds no number');
    expect(add).toThrow(
      expect.objectContaining({ name: 'Rejected', message: expect.not.stringContaining(text) }),
    );
  },
);

test('a number that grows beyond all measure is rejected', () => {
  const steps = Array.from({ length: 20 }, () => ({ do: 'multiply', field: 'f', by: 1000 }));
  expect(() => plan(steps, { f: '1' })).toThrow('longer than 30 characters');
});

test.each([
  ['append', 'b', '', '||b||'],
  ['append', 'b', '||a||', '||a||b||'],
  ['append', 'a', '||a||b||', '||a||b||'],
  ['append', 'b', 'a', '||a||b||'],
  ['remove', 'a', '||a||b||', '||b||'],
  ['remove', 'b', '||b||', ''],
  ['remove', 'x', '||a||', '||a||'],
])('%s "%s" makes of the list "%s" "%s"', (action, value, was, becomes) => {
  expect(after({ do: action, value }, was)).toBe(becomes);
});

test('a text field may be a list by a separator of its own, and Ontraport writes lists in its way', () => {
  expect(after({ do: 'append', value: 'c', separator: ', ' }, 'a,b')).toBe('a, b, c');
  const ontraport = { ...ACTIVE_CAMPAIGN, list: { open: '*/*', separator: '*/*', close: '*/*' } };
  expect(after({ do: 'append', value: '9' }, '*/*7*/*', {}, ontraport)).toBe('*/*7*/*9*/*');
});

test.each([
  ['now', '2026-11-26'],
  [{ inDays: 30 }, '2026-12-26'],
  [{ inDays: -27 }, '2026-10-30'],
  [{ next: 'friday' }, '2026-11-27'],
  [{ next: 'thursday' }, '2026-12-03'],
  [{ next: 'wednesday' }, '2026-12-02'],
  [{ field: 'start', plusDays: 14 }, '2026-03-14'],
])('the date %j is %s in the time zone of the site', (to, date) => {
  expect(after({ do: 'set-date', to }, '', { start: '2026-02-28' })).toBe(date);
});

test.each([
  ['date', '2026-11-26'],
  ['datetime', '2026-11-26T23:30:00-05:00'],
  ['unix', '1795753800'],
])('a date is written as %s where a step says so', (format, text) => {
  expect(after({ do: 'set-date', to: 'now', format })).toBe(text);
});

test.each(['2026-02-28', '2026-02-28T10:00:00-05:00', '2026-02-28 10:00:00', '1772290800'])(
  'a date may be counted from "%s"',
  (start) => {
    expect(after({ do: 'set-date', to: { field: 'start', plusDays: 1 } }, '', { start })).toBe('2026-03-01');
  },
);

test('a date cannot be counted from a field that holds none', () => {
  const step = { do: 'set-date', field: 'f', to: { field: 'start', plusDays: 1 } };
  for (const start of ['', 'soon', '2026-13-45'])
    expect(() => plan([step], { start })).toThrow('step 1 (set-date): field start holds no date');
});

test('fields are set, copied and cleared, each step on what those before it have made', () => {
  const effects = plan(
    [
      { do: 'set', field: 'a', value: 'x' },
      { do: 'copy', from: 'a', field: 'b' },
      { do: 'clear', field: 'a' },
      { do: 'clear', field: 'c' },
    ],
    { a: 'old', c: '' },
  );
  expect(effects).toEqual([{ fields: { a: { value: '', was: 'old' }, b: { value: 'x', was: '' } } }]);
});

test('effects keep the order of the steps, and neighbours of one kind are one request', () => {
  const effects = plan(
    [
      { do: 'add-tags', tags: ['1', '2'] },
      { do: 'add-tags', tags: ['2', '3'] },
      { do: 'start-automation', automation: '9' },
      { do: 'remove-tags', tags: ['1', '8'] },
      { do: 'set', field: 'f', value: 'x' },
    ],
    {},
    ['3'],
  );
  expect(effects).toEqual([
    { addTags: ['1', '2'] },
    { automation: '9' },
    { removeTags: ['1'] },
    { fields: { f: { value: 'x', was: '' } } },
  ]);
});

test.each([
  [{ tags: { anyOf: ['1', '2'] } }, true],
  [{ tags: { allOf: ['1', '2'] } }, false],
  [{ tags: { noneOf: ['1'] } }, false],
  [{ fields: { points: { atLeast: 100 } } }, true],
  [{ fields: { points: { atLeast: 100.01 } } }, false],
  [{ fields: { points: { atMost: 100 } } }, true],
  [{ fields: { none: { atMost: 0 } } }, true],
  [{ fields: { plan: { is: 'gold' } } }, true],
  [{ fields: { plan: { isNot: 'gold' } } }, false],
  [{ fields: { none: { empty: true } } }, true],
  [{ fields: { plan: { empty: true } } }, false],
  [{ fields: { plan: { is: 'gold' }, none: { empty: false } } }, false],
  [{ tags: { anyOf: ['1'] }, fields: { plan: { is: 'silver' } } }, false],
])('a step with the condition %j is done: %s', (when, done) => {
  const effects = plan([{ do: 'add-tags', tags: ['9'], when }], { points: '100', plan: 'gold' }, ['1']);
  expect(effects).toEqual(done ? [{ addTags: ['9'] }] : []);
});

test('a condition sees the contact as the steps before have made it', () => {
  const effects = plan(
    [
      { do: 'add', field: 'points', amount: 10 },
      { do: 'add-tags', tags: ['hundred'], when: { fields: { points: { atLeast: 100 } } } },
      { do: 'add-tags', tags: ['fan'], when: { tags: { allOf: ['hundred'] } } },
    ],
    { points: '90' },
  );
  expect(effects.at(-1)).toEqual({ addTags: ['hundred', 'fan'] });
});

test('a value that is longer than the CRM takes is rejected with both lengths', () => {
  expect(() => plan([{ do: 'set', field: 'f', value: 'x'.repeat(51) }])).toThrow(
    'step 1 (set): the value for field f has 51 characters; the CRM takes 50',
  );
});

test.each([
  [[], 'needs a step'],
  [[{ do: 'dance' }], 'do'],
  [[{ do: 'add', field: 'f', amount: '10' }], 'number'],
  [[{ do: 'set-date', field: 'f', to: { next: 'someday' } }], ''],
  [[{ do: 'add-tags', tags: [] }], 'names no tag'],
  [[{ do: 'clear', field: 'f', when: {} }], 'says neither tags nor fields'],
  [[{ do: 'clear', field: 'f', when: { fields: { f: {} } } }], 'says nothing about the field'],
])('the operation %j is refused when the config is read', (steps, complaint) => {
  const checked = operationSchema.safeParse(steps);
  expect(checked.success).toBe(false);
  expect(JSON.stringify(checked.error?.issues)).toContain(complaint);
});
