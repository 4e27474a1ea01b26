import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { PROMISES } from '../../chaos/promises/promises.ts';
import { sabotaged } from '../../chaos/sabotage/sabotage.ts';
import { SABOTAGES } from '../../chaos/sabotage/sabotages.ts';

test.each(SABOTAGES.flatMap(({ name, edits }) => edits.map((edit) => ({ name, edit }))))(
  '$name still fits $edit.file',
  async ({ edit }) => {
    const source = await readFile(new URL(`../../${edit.file}`, import.meta.url), 'utf8');
    const broken = sabotaged(source, edit);
    expect(broken).not.toBe(source);
    expect(broken).toContain(edit.to);
  },
);

test('each promise has a fault that breaks it', () => {
  expect(new Set(SABOTAGES.map(({ promise }) => promise))).toEqual(
    new Set(PROMISES.map(({ number }) => number)),
  );
});

test.each(SABOTAGES)(
  'docs/faults.md names $name and says what is wrong then',
  async ({ name, promise, about }) => {
    const page = await readFile(new URL('../../docs/faults.md', import.meta.url), 'utf8');
    const rows = page.split('\n').map((line) =>
      line
        .split('|')
        .map((cell) => cell.trim())
        .join('|'),
    );
    expect(rows).toContain(`|\`${name}\`|${promise}|${about}|`);
  },
);

test('a fault that fits nowhere, or in more than one place, is an error', () => {
  const edit = { file: 'a.ts', from: 'one', to: 'two' };
  expect(() => sabotaged('none', { ...edit, from: 'one!' })).toThrow('a.ts has this 0 times: one!');
  expect(() => sabotaged('one one', edit)).toThrow('a.ts has this 2 times: one');
});
