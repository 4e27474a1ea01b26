import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** A document of the repository, by its path from the root. */
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Paths of all documents, from the root. */
export const documents: readonly string[] = ['.', 'docs', 'docs/decisions', 'examples/node-site'].flatMap(
  (folder) =>
    readdirSync(join(ROOT, folder)).flatMap((file) => (/\.md$/.test(file) ? join(folder, file) : [])),
);

/** A document's part under one heading. @throws where it has none */
export function section(text: string, heading: string): string {
  const level = heading.match(/^#+ /)?.[0] ?? '';
  const start = text.indexOf(`\n${heading}\n`);
  if (start < 0) throw new Error(`There is no "${heading}".`);
  const body = text.slice(start + heading.length + 2);
  const end = body.search(new RegExp(`^#{1,${level.length - 1}} `, 'm'));
  return end < 0 ? body : body.slice(0, end);
}

/** What stands first in the rows of the section's tables, without the code marks. */
export const firstCells = (text: string): string[] =>
  [...text.matchAll(/^ *\| `([^`]+)` *\|/gm)].map(([, cell]) => cell ?? '');
