import { expect, test } from '@jest/globals';
import { readWidgetEvent } from '../../../functions/console/widget-event.ts';

const fields = { all: { contact: '7', command: '' } };

test('a link says all that is asked for; what stands in the page’s fields does not count', () => {
  const asked = readWidgetEvent({ view: 'log', site: 'academy', widgetContext: { forms: fields } });
  expect(asked.values).toEqual({ view: 'log', site: 'academy' });
});

test('the button of a form brings its fields, without the empty ones', () => {
  const asked = readWidgetEvent({ view: 'log', form: 'yes', widgetContext: { forms: fields } });
  expect(asked.values).toEqual({ view: 'log', form: 'yes', contact: '7' });
});

test('what a button says wins over a field of the same name', () => {
  const forms = { all: { site: 'studio', view: 'queues' } };
  const asked = readWidgetEvent({ view: 'log', site: 'academy', form: 'yes', widgetContext: { forms } });
  expect(asked.values).toMatchObject({ view: 'log', site: 'academy' });
});

test('a refresh, which says nothing, stays with what stands in the fields', () => {
  expect(readWidgetEvent({ widgetContext: { forms: fields } }).values).toEqual({ contact: '7' });
});

test('the range is that of the dashboard, and what somebody has zoomed in to comes first', () => {
  const zoom = { start: Date.UTC(2026, 0, 2), end: Date.UTC(2026, 0, 3) };
  const timeRange = { start: Date.UTC(2026, 0, 1), end: Date.UTC(2026, 0, 4) };
  expect(readWidgetEvent({ widgetContext: { timeRange } }).range).toEqual({
    since: new Date('2026-01-01'),
    until: new Date('2026-01-04'),
  });
  expect(readWidgetEvent({ widgetContext: { timeRange: { ...timeRange, zoom } } }).range).toEqual({
    since: new Date('2026-01-02'),
    until: new Date('2026-01-03'),
  });
  expect(readWidgetEvent({}).range).toBeUndefined();
});

test.each([
  ['dark', 'dark'],
  ['light', 'light'],
  ['"><script>', 'auto'],
  [undefined, 'auto'],
])('the theme %s is %s', (theme, read) => {
  expect(readWidgetEvent({ widgetContext: { ...(theme && { theme }) } }).theme).toBe(read);
});

test('nothing but text and numbers gets in, and no more of it than somebody types', () => {
  const asked = readWidgetEvent({ view: 'log', a: {}, b: null, c: 5, d: 'x'.repeat(10_000), e: [1] });
  expect(asked.values).toEqual({ view: 'log', c: '5', d: 'x'.repeat(512) });
});

test('a long text that is cut within an emoji leaves no half of it, which DynamoDB would refuse', () => {
  const { contact = '' } = readWidgetEvent({ contact: `${'x'.repeat(511)}😀` }).values;
  expect([contact.length, contact.isWellFormed()]).toEqual([512, true]);
});
