import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { functionsOf, synthesize } from '../lib/synthesize.ts';
import { read } from './documents.ts';

const page = read('docs/threat-model.md');
const root = resolve(import.meta.dirname, '../..');

type Threat = { threat: string; control: string; shownBy: string };

/** The rows of the tables that name threats. */
const threats: readonly Threat[] = page
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\|\s*|\s*\|$/g, '').trim()))
  .reduce<{ rows: Threat[]; inTable: boolean }>(
    ({ rows, inTable }, [threat = '', control = '', shownBy = '']) => {
      if (/^[\w ]+$/.test(threat) && /^(what|function|is trusted)/.test(control))
        return { rows, inTable: threat === 'threat' };
      if (/^-+$/.test(threat)) return { rows, inTable };
      return { rows: inTable ? [...rows, { threat, control, shownBy }] : rows, inTable };
    },
    { rows: [], inTable: false },
  ).rows;

const shown = [...page.matchAll(/`(test\/[^`]+)` › "([^"]+)"/g)].map(([, file = '', title = '']) => ({
  file,
  title,
}));

test('every threat is met by something that a test shows, or that the operator has to do', () => {
  expect(threats.length).toBeGreaterThan(40);
  const unmet = threats.filter(
    ({ control, shownBy }) => !shownBy.includes(' › ') && !control.startsWith('**You**: '),
  );
  expect(unmet).toEqual([]);
});

test('whatever is named as a test is read as one', () => {
  expect(shown.length).toBe([...page.matchAll(/`test\//g)].length);
});

/** Whether a file has a test or a group of tests of this title; of a table of tests it is the pattern. */
function hasTitle(file: string, title: string): boolean {
  const literal = title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(test|describe|\\))(\\.\\w+)?\\(\\s*(['"\`])${literal}\\3`).test(
    readFileSync(resolve(root, file), 'utf8'),
  );
}

test.each(shown)('$file has "$title"', ({ file, title }) => {
  expect(existsSync(resolve(root, file))).toBe(true);
  expect(hasTitle(file, title)).toBe(true);
});

test('every function of the stack is among the ways in and out', () => {
  for (const name of Object.keys(functionsOf(synthesize()))) expect(page).toContain(`\`${name}\``);
});
