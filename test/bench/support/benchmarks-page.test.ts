import { expect, test } from '@jest/globals';
import { withSection } from '../../../bench/support/benchmarks-page.ts';

const run = { at: '2026-01-02T03:04:05.000Z', machine: 'a machine', versions: 'Node 24', benchmarks: [] };
const measured = (name: string, ms: number) => ({
  name,
  seconds: 7,
  columns: ['what', 'ms'],
  rows: [['light', ms]],
  troubles: [],
});
const words = { summary: 'how long it takes', about: 'Shorter is better.' };

test('a section is added in the order of names, with what it was measured on', () => {
  const page = withSection(withSection('', run, measured('burst', 2), words), run, measured('a', 1), words);
  expect(page.match(/^#.*/gm)).toEqual(['# Benchmarks', '## a', '## burst']);
  expect(page).toContain('How long it takes. Shorter is better.');
  expect(page).toContain('Measured on 2026-01-02 in 7 s on a machine; Node 24.');
});

test('a section that is measured anew takes the place of the old one, and the others stay', () => {
  const first = ['a', 'b'].reduce((page, name) => withSection(page, run, measured(name, 11), words), '');
  const second = withSection(first, run, measured('b', 99), words);
  expect(second).toBe(first.replace(/(?<=## b.*?)11/s, '99'));
});
