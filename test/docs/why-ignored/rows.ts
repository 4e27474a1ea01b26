import { read } from '../documents.ts';

/** The page that is held to the product. */
const page = read('docs/why-ignored.md');

/** A row of the page's tables: what the record says, `…` standing for what varies, and the state that it stands under. */
export type Row = { words: string; state: string };

/** Every row, in the page's order; its state is the heading of its chapter. */
export const rows: readonly Row[] = page.split(/^## /m).flatMap((chapter) => {
  const state = chapter.slice(0, chapter.indexOf('\n'));
  return [...chapter.matchAll(/^\| `([^`]+)` *\|/gm)].map(([, words = '']) => ({ words, state }));
});

/** What matches what a row's words stand for, as a whole. */
export const patternOf = (words: string): RegExp => new RegExp(`^${looselyOf(words)}$`, 's');

/** Words with something for each `…`, as a part of a pattern. */
export const looselyOf = (words: string): string =>
  words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('…', '.+');
